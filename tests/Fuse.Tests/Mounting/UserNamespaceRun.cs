using System.Diagnostics;
using VirtualRoot.Testing;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>All scenarios, run once by uid 65534 without any capability, in a user and mount namespace of its own.</summary>
public sealed class UserNamespaceRun
{
    private readonly Lazy<string[]> _lines = new(Run);

    /// <summary>One line for each scenario: its name and "ok" or what went wrong.</summary>
    public string[] Lines => _lines.Value;

    private static string[] Run()
    {
        using FuseDeviceForAll device = new();
        ProcessStartInfo start = new("setpriv",
        [
            "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs",
            "unshare", "-Urm", "--propagation", "private", "--",
            Environment.ProcessPath!, typeof(UserNamespaceRun).Assembly.Location, .. MountScenarios.All.Keys,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["HOME"] = "/tmp";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
        }

        return [.. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries), error.Result];
    }
}
