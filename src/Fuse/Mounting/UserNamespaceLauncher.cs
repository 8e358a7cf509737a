using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>
/// Starts this program again, once, in a user and mount namespace of its own, where an ordinary user may mount. A .NET
/// process has several threads and may not unshare a user namespace, so util-linux's unshare does it and executes the
/// program anew. /dev/fuse must be opened inside only: a descriptor from outside gives EINVAL at mount(2).
/// </summary>
public static class UserNamespaceLauncher
{
    /// <summary>Set in the environment of the re-executed program.</summary>
    public const string GuardVariable = "VROOT_USER_NAMESPACE";

    private static readonly string[] s_unshare = ["/usr/bin/unshare", "/bin/unshare"];

    /// <summary>Whether this process is the re-executed one.</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(GuardVariable) is not null;

    /// <summary>
    /// Becomes <c>unshare -Urm --propagation private -- PROGRAM arguments…</c>, with the arguments and the environment
    /// that this process was started with, byte for byte: what is not UTF-8 would not survive being a string. Returns
    /// only if that fails.
    /// </summary>
    /// <exception cref="FuseMountException">Inside already, or unshare is missing or cannot be executed.</exception>
    public static void Reexecute()
    {
        if (IsInside)
        {
            throw new FuseMountException("mounting is refused also inside a user namespace: see 'vroot doctor'");
        }

        string unshare = FindUnshare() ?? throw new FuseMountException("unshare is not installed: apt-get install util-linux");
        byte[][] own = ReadStrings("/proc/self/cmdline");
        byte[][] command = [.. CommandLine().Select(Encoding.UTF8.GetBytes), .. own[^(Environment.GetCommandLineArgs().Length - 1)..]];
        byte[][] environment = [.. ReadStrings("/proc/self/environ"), Encoding.UTF8.GetBytes(GuardVariable + "=1")];
        RuntimeSockets.Remove();
        int result = Syscall.Execve(Encoding.UTF8.GetBytes(unshare + "\0"), command, environment);
        throw new FuseMountException($"executing {unshare} failed with {(Errno)(-result)}");
    }

    /// <summary>The command line before the program's own arguments.</summary>
    internal static IEnumerable<string> CommandLine()
    {
        // Not /proc/self/exe: that would be unshare by then.
        string program = Environment.ProcessPath ?? throw new FuseMountException("/proc is not mounted: this program cannot find its own file");
        string[] prefix = ["unshare", "-Urm", "--propagation", "private", "--", program];
        // Run by the dotnet host, the program is the host's first argument.
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [.. prefix, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : prefix;
    }

    /// <summary>Strings that each end in NUL.</summary>
    private static byte[][] ReadStrings(string file)
    {
        ReadOnlySpan<byte> rest;
        try
        {
            rest = File.ReadAllBytes(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new FuseMountException($"{file} may not be read: make the program readable (chmod +r)", exception);
        }

        List<byte[]> strings = [];
        for (int end = rest.IndexOf((byte)0); end >= 0; end = rest.IndexOf((byte)0))
        {
            strings.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }

        return [.. strings];
    }

    /// <summary>The path of unshare, or null.</summary>
    internal static string? FindUnshare() => s_unshare.FirstOrDefault(File.Exists);
}
