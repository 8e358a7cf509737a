using System.Diagnostics;

namespace VirtualRoot.Testing;

/// <summary>Debian's grpcio: a gRPC peer that nobody here wrote.</summary>
public static class PythonGrpc
{
    /// <summary>Debian's own interpreter: another one in PATH does not see Debian's modules.</summary>
    public const string Interpreter = "/usr/bin/python3";

    private static readonly Lazy<string?> s_missing = new(Probe);

    /// <summary>Why there is no such peer here, or null.</summary>
    public static string? Missing => s_missing.Value;

    private static string? Probe()
    {
        const string Remedy = "apt-get install python3-grpcio";
        if (!File.Exists(Interpreter))
        {
            return $"there is no {Interpreter} ({Remedy})";
        }

        using var process = Process.Start(new ProcessStartInfo(Interpreter, ["-c", "import grpc"]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{Interpreter} has no module grpc ({Remedy})";
    }
}
