using System.Diagnostics;

namespace VirtualRoot.CasServer.Tests.Peers;

/// <summary>A test with the distribution's python3, its gRPC and buildstream's messages; elsewhere a counted skip.</summary>
public sealed class NeedsBuildstreamFactAttribute : FactAttribute
{
    private const string Reason = "python3 cannot import grpc and buildstream._protos (apt-get install --no-install-recommends buildstream python3-grpcio)";

    /// <summary>The distribution's own python3: another one does not see Debian's packages.</summary>
    public const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> s_isImportable = new(static () =>
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        ProcessStartInfo start = new(Python, ["-c", "import grpc, buildstream._protos"]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    public NeedsBuildstreamFactAttribute()
    {
        if (!s_isImportable.Value)
        {
            Skip = Reason;
        }
    }
}
