using System.Runtime.InteropServices;

namespace VirtualRoot.Worker.Tests;

/// <summary>
/// A launcher as a process of its own: <c>REPORT ROOT INIT NAMESPACES COMMAND…</c>. It passes its signals on. With
/// <see cref="WaitsVariable"/> it waits for a SIGINT, at the moment that this names; the last waits for no other moment
/// and sends SIGUSR1 to the command when all is done.
/// </summary>
internal static class Program
{
    /// <summary>The moment: <c>held</c>, before the command exists; <c>started</c>, before it is attached; <c>attached</c>.</summary>
    public const string WaitsVariable = "VROOT_DRIVER_WAITS";

    /// <summary>What the action is to have of the special directories.</summary>
    public const string SpecialVariable = "VROOT_DRIVER_SPECIAL";

    private const int SIGUSR1 = 10;

    private static async Task<int> Main(string[] args)
    {
        string? moment = Environment.GetEnvironmentVariable(WaitsVariable);
        using var signals = new TerminalSignals();
        using var interrupted = new ManualResetEventSlim();
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupted.Set();
        });
        void WaitAt(string now)
        {
            if (moment == now)
            {
                Console.WriteLine(now);
                interrupted.Wait();
            }
        }

        using var launcher = new ActionLauncher(args[2]);
        var options = new ActionOptions
        {
            RootDirectory = args[1],
            Arguments = args[4..],
            Environment = ["PATH=/bin"],
            Namespaces = Enum.Parse<ActionNamespaces>(args[3]),
            Special = Enum.Parse<SpecialSupport>(Environment.GetEnvironmentVariable(SpecialVariable) ?? nameof(SpecialSupport.None)),
            InitStarted = _ => WaitAt("held"),
        };
        await using ActionProcess process = await launcher.StartAsync(options);
        WaitAt("started");
        signals.Attach(process);
        WaitAt("attached");
        if (moment is not null)
        {
            process.Signal(SIGUSR1);
        }

        ActionOutcome outcome = await process.Completion;
        await File.WriteAllTextAsync(args[0], $"{outcome.Kind} {outcome.ShellStatus} {outcome.Message}");
        return outcome.ShellStatus;
    }
}
