using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Running;

/// <summary>The environment and the arguments of an action, byte for byte as the caller wrote them.</summary>
internal static class CommandEnvironment
{
    private static readonly string[] s_defaults = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/"];

    /// <summary>Puts an environment together: defaults or the caller's, and the given ones before both.</summary>
    /// <param name="given">K=V; or K alone, for the caller's value.</param>
    /// <param name="caller">The caller's environment.</param>
    /// <param name="inherit">Whether all of the caller's is passed on, instead of the defaults.</param>
    /// <exception cref="CliException">A name is empty.</exception>
    public static List<string> Build(IReadOnlyList<string> given, IReadOnlyList<string> caller, bool inherit)
    {
        List<string> environment = [];
        foreach (string entry in given)
        {
            string name = NameOf(entry);
            if (name.Length == 0)
            {
                throw CliException.Usage($"--env '{entry}' has no name: write NAME=VALUE, or NAME for the value that it has here");
            }

            string? value = entry.Length > name.Length ? entry : caller.FirstOrDefault(other => NameOf(other) == name && other.Length > name.Length);
            environment.RemoveAll(other => NameOf(other) == name);
            if (value is not null)
            {
                environment.Add(value);
            }
        }

        HashSet<string> names = [.. given.Select(NameOf)];
        environment.AddRange((inherit ? caller : s_defaults).Where(entry => !names.Contains(NameOf(entry))));
        return environment;
    }

    /// <summary>The caller's environment: this process's, without what the way into a user namespace has added.</summary>
    public static List<string> OfCaller() =>
        ReadStrings("/proc/self/environ").FindAll(entry => NameOf(entry) != UserNamespaceLauncher.GuardVariable);

    /// <summary>The arguments of this process as <see cref="ByteExactText"/>: .NET's own have U+FFFD for bytes that are no UTF-8.</summary>
    public static string[] Exactly(string[] arguments) =>
        arguments.Any(argument => argument.Contains('\uFFFD', StringComparison.Ordinal))
            ? [.. ReadStrings("/proc/self/cmdline")[^arguments.Length..]]
            : arguments;

    private static string NameOf(string entry)
    {
        int equals = entry.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? entry : entry[..equals];
    }

    private static List<string> ReadStrings(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        List<string> strings = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)0);
            end = end < 0 ? bytes.Length : end;
            strings.Add(ByteExactText.Decode(bytes[..end]));
            bytes = bytes[Math.Min(end + 1, bytes.Length)..];
        }

        return strings;
    }
}
