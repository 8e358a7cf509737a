namespace VirtualRoot.Worker.Tests;

/// <summary>A launcher as a process of its own: <c>REPORT ROOT INIT NAMESPACES COMMAND…</c>. It passes its signals on.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var signals = new TerminalSignals();
        using var launcher = new ActionLauncher(args[2]);
        var options = new ActionOptions
        {
            RootDirectory = args[1],
            Arguments = args[4..],
            Environment = ["PATH=/bin"],
            Namespaces = Enum.Parse<ActionNamespaces>(args[3]),
        };
        await using ActionProcess process = await launcher.StartAsync(options);
        signals.Attach(process);
        ActionOutcome outcome = await process.Completion;
        await File.WriteAllTextAsync(args[0], $"{outcome.Kind} {outcome.ShellStatus} {outcome.Message}");
        return outcome.ShellStatus;
    }
}
