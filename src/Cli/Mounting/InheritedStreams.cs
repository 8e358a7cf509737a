using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Mounting;

/// <summary>
/// Lets go of the caller's standard streams. The runtime keeps duplicates of its own, made at its start: replacing 0, 1 and 2 alone
/// would leave <c>$(vroot mount --background …)</c> waiting for the end of a pipe that the daemon holds.
/// </summary>
internal static class InheritedStreams
{
    /// <summary>Makes 0, 1 and 2, and every duplicate of them, /dev/null.</summary>
    /// <returns>0 or a negative errno.</returns>
    public static int Release(SafeFileHandle nothing)
    {
        const string Descriptors = "/proc/self/fd";
        HashSet<string?> targets = [.. Enumerable.Range(0, 3).Select(number => TargetOf(Path.Combine(Descriptors, number.ToString(CultureInfo.InvariantCulture))))];
        foreach (string path in Directory.GetFileSystemEntries(Descriptors))
        {
            if (TargetOf(path) is { } target && target != "/dev/null" && targets.Contains(target)
                && Syscall.Dup3(nothing, int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)) is < 0 and int error)
            {
                return error;
            }
        }

        return 0;
    }

    // null where the descriptor is closed by now: the one that listed the directory.
    private static string? TargetOf(string path) => new FileInfo(path).LinkTarget;
}
