using System.Diagnostics;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>Touches a mount from another process, with a deadline: the process that serves a mount must never wait for it.</summary>
internal static class Child
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs a shell script in a directory; its output, or an exception with the output and the status.</summary>
    public static string Shell(string script, string directory = "/")
    {
        using Process process = Start(script, directory);
        using StreamReader errors = process.StandardError; // Process leaves its pipes to the finalizer
        using StreamReader outputs = process.StandardOutput;
        Task<string> error = errors.ReadToEndAsync();
        Task<string> output = outputs.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{script}' did not end");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"'{script}' ended with {process.ExitCode}: {output.Result}{error.Result}");
    }

    /// <summary>Starts a shell script; cd happens in the child.</summary>
    public static Process Start(string script, string directory = "/") =>
        Process.Start(new ProcessStartInfo("sh", ["-c", $"cd '{directory}' && {{ {script}\n}}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
