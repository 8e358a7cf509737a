using System.Diagnostics;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Doctor;

/// <summary>The whole tried: <c>vroot demo</c> in a process of its own, since it may have to enter a user namespace.</summary>
internal static class Trial
{
    private const string Name = "trial run";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static async Task<CheckResult> RunAsync(CommonSettings settings, CancellationToken cancellationToken)
    {
        List<string> command = [.. OwnCommand.Line(), "demo", "--cache", settings.CacheDirectory];
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            string error = await process.StandardError.ReadToEndAsync(patience.Token);
            await output;
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? new CheckResult(Name, CheckState.Works, "a chrooted program found itself through /proc/self/exe")
                : new CheckResult(Name, CheckState.Fails, error.Trim().ReplaceLineEndings("; "), "'vroot demo --verbose' says more");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CheckResult(Name, CheckState.Fails, $"'vroot demo' did not end within {s_patience.TotalSeconds} s", "'vroot demo --verbose' says more");
        }
    }
}
