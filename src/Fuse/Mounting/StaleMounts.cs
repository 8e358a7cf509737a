using System.Diagnostics;
using Microsoft.Extensions.Logging;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>Mounts that a killed daemon left behind: every access to them fails with ENOTCONN.</summary>
public static class StaleMounts
{
    // A dead connection answers at once; this is for children on a busy machine.
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Detaches the dead mounts at or below <paramref name="directory"/> that are ours: of type fuse.SUBTYPE, with that
    /// source, made by this user. Their directories are removed if they are empty then, but for
    /// <paramref name="directory"/> itself. Live mounts stay, also those that hang.
    /// </summary>
    /// <param name="directory">Where to look.</param>
    /// <param name="logger">Told of each one.</param>
    /// <param name="options">Source and subtype of our mounts.</param>
    /// <returns>The mount points detached.</returns>
    public static IReadOnlyList<string> DetachOwn(string directory, ILogger logger, FuseMountOptions? options = null)
    {
        options ??= new FuseMountOptions();
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        List<string> detached = [];
        // The last mounted first: mounts may lie on top of each other.
        foreach (MountEntry mount in MountEntry.ReadAll().Reverse().Where(mount => IsOurs(mount, root, options)))
        {
            if (!IsDead(mount.MountPoint))
            {
                continue;
            }

            if (Detach(mount.MountPoint) is { } reason)
            {
                FuseLog.UnmountFailed(logger, mount.MountPoint, reason);
                continue;
            }

            FuseLog.StaleDetached(logger, mount.MountPoint);
            detached.Add(mount.MountPoint);
            if (mount.MountPoint != root)
            {
                RemoveIfEmpty(mount.MountPoint);
            }
        }

        return detached;
    }

    /// <summary>
    /// Whether the daemon of a FUSE mount is gone. Asked by statfs(2), which always needs the daemon, in a child that
    /// is killed if a live daemon does not answer: this process must never wait for a mount that it might serve itself.
    /// </summary>
    public static bool IsDead(string mountPoint)
    {
        ProcessStartInfo start = new("stat", ["-f", "--", mountPoint])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process? child = Process.Start(start);
        if (child is null)
        {
            return false;
        }

        if (!child.WaitForExit(s_probeTimeout))
        {
            child.Kill();
            return false;
        }

        return child.ExitCode != 0 &&
            child.StandardError.ReadToEnd().Contains("Transport endpoint is not connected", StringComparison.Ordinal);
    }

    private static bool IsOurs(MountEntry mount, string root, FuseMountOptions options) =>
        options.Match(mount) &&
        mount.UserId == Syscall.Getuid() &&
        (mount.MountPoint == root || mount.MountPoint.StartsWith(root + "/", StringComparison.Ordinal) || root == "/");

    // Whoever may not call umount2(2) has mounted by fusermount3.
    private static string? Detach(string mountPoint) =>
        new DirectMounter().Unmount(mountPoint) is { } direct && new FusermountMounter().Unmount(mountPoint) is { } indirect
            ? $"{direct}; {indirect}"
            : null;

    private static void RemoveIfEmpty(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: false);
        }
        catch (IOException)
        {
            // It holds something, or something is mounted on it again: not ours to remove.
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's directory, which we had mounted on.
        }
    }
}
