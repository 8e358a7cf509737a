using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>What fusermount3 says when it refuses (its messages are not translated), and what helps.</summary>
internal static class FusermountRefusal
{
    /// <summary>Whether fusermount3 -u found nothing to unmount.</summary>
    public static bool IsNotMounted(string error) =>
        error.Contains("not mounted", StringComparison.Ordinal) || error.Contains("not found in", StringComparison.Ordinal);

    /// <summary>The program's own words and the remedy.</summary>
    public static string Explain(string program, string error) => Remedy(program, error) is { } remedy ? $"{error}: {remedy}" : error;

    private static string? Remedy(string program, string error)
    {
        if (error.Contains("user_allow_other", StringComparison.Ordinal))
        {
            return "echo user_allow_other >> /etc/fuse.conf, or mount for yourself alone";
        }

        if (error.Contains("failed to open /dev/fuse", StringComparison.Ordinal))
        {
            // It opens the device by its caller's rights.
            return "chmod 666 /dev/fuse, or start the container with --device /dev/fuse";
        }

        if (error.Contains("mount failed: Operation not permitted", StringComparison.Ordinal))
        {
            return HasSetUserId(program)
                ? "its set-user-id bit has no effect here (no_new_privs, a file system mounted nosuid, or a container without CAP_SYS_ADMIN)"
                : $"it lacks its set-user-id bit: chmod u+s {program}";
        }

        return error.Contains("no write access to mountpoint", StringComparison.Ordinal) ? "mount on a directory of your own" : null;
    }

    private static bool HasSetUserId(string program) =>
        Syscall.Geteuid() == 0 || (File.GetUnixFileMode(program) & UnixFileMode.SetUser) != 0;
}
