using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>Starts <see cref="MountDriver"/> in another process, as whoever and wherever the test wants it.</summary>
internal static class Driven
{
    /// <summary>The collection of all tests that mount: they count this process's descriptors and mounts, so none runs beside another.</summary>
    public const string Collection = "mounts";

    /// <summary>Nobody's uid: no capability, no name.</summary>
    public const uint Nobody = 65534;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The command line of the driver itself.</summary>
    public static string[] Line(params string[] arguments) =>
        [Environment.ProcessPath!, typeof(Driven).Assembly.Location, .. arguments];

    /// <summary>The driver as <paramref name="uid"/>, in its initial user namespace.</summary>
    public static ProcessCommand Command(uint? uid, params string[] arguments) =>
        new(Environment.ProcessPath!, Line(arguments)[1..]) { Uid = uid, Environment = Variables() };

    /// <summary>The driver as nobody in a mount namespace that a script has prepared as root: what it mounts is seen there alone.</summary>
    public static ProcessCommand CommandAfter(string script, params string[] arguments)
    {
        string become = $"exec setpriv --reuid {Nobody} --regid {Nobody} --clear-groups --inh-caps=-all -- \"$@\"";
        return new("/usr/bin/unshare", ["--mount", "--propagation", "private", "/bin/sh", "-c", $"set -e; {script}\n{become}", "sh", .. Line(arguments)])
        {
            Environment = Variables(),
        };
    }

    /// <summary>Runs a shell command as a user, in this mount namespace or in another process's.</summary>
    public static ProcessOutcome Shell(uint uid, string script, int mountNamespaceOf = 0)
    {
        string[] line = ["--reuid", $"{uid}", "--regid", $"{uid}", "--clear-groups", "--", "/bin/sh", "-c", script];
        ProcessCommand command = mountNamespaceOf == 0
            ? new("/usr/bin/setpriv", line)
            : new("/usr/bin/nsenter", ["--mount", "--target", $"{mountNamespaceOf}", "--", "/usr/bin/setpriv", .. line]);
        return ChildProcess.Run(command with { Environment = Variables() }, Patience);
    }

    public static Dictionary<string, string> Variables(string path = "/usr/bin:/bin:/usr/sbin:/sbin") => new()
    {
        ["PATH"] = path,
        ["HOME"] = "/tmp",
        ["LC_ALL"] = "C",
        ["DOTNET_EnableDiagnostics"] = "0",
    };
}
