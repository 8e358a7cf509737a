using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;

namespace VirtualRoot.Building;

/// <summary>
/// The right to serve a build directory: a lock on the directory below the mount, which the kernel drops when the daemon
/// ends, however it does. A second daemon that sees the mount cannot see what lies below it, and is refused for the mount;
/// one in another mount namespace, or one that starts at the same moment, is refused for the lock.
/// </summary>
internal sealed class BuildDirectoryLock : IDisposable
{
    private readonly SafeFileHandle _directory;

    private BuildDirectoryLock(SafeFileHandle directory) => _directory = directory;

    /// <summary>Takes it, after detaching what a dead daemon of ours left mounted there.</summary>
    /// <exception cref="BuildDirectoryException">Taken, or Unusable.</exception>
    public static BuildDirectoryLock Take(string directory, FuseMountOptions mount, ILogger logger)
    {
        StaleMounts.DetachOwn(directory, logger, mount);
        if (MountEntry.ReadAll().LastOrDefault(entry => entry.MountPoint == directory) is { } other && mount.Match(other))
        {
            // Not looked at any closer: that would be a request to a daemon that may hang.
            throw new BuildDirectoryException(BuildDirectoryErrorKind.Taken, $"a daemon serves {directory} already: end it, or take another directory");
        }

        int result = Syscall.Open(directory, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_DIRECTORY);
        if (result < 0)
        {
            throw new BuildDirectoryException(BuildDirectoryErrorKind.Unusable, $"cannot open {directory}: {(Errno)(-result)}; make it first (mkdir)");
        }

        SafeFileHandle handle = new(result, ownsHandle: true);
        result = Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB);
        if (result == 0)
        {
            return new BuildDirectoryLock(handle);
        }

        handle.Dispose();
        throw result == -(int)Errno.EAGAIN
            ? new BuildDirectoryException(BuildDirectoryErrorKind.Taken, $"a daemon serves {directory} already, perhaps in another mount namespace: end it, or take another directory")
            : new BuildDirectoryException(BuildDirectoryErrorKind.Unusable, $"cannot lock {directory}: {(Errno)(-result)}; take a directory on a local disk");
    }

    /// <summary>The path without symbolic links, as mount tables and /proc tell it. Reaches no file system that may be mounted there.</summary>
    /// <exception cref="BuildDirectoryException">Unusable: there is no such directory.</exception>
    public static string Resolve(string directory)
    {
        int result = Syscall.Open(directory, OpenFlags.O_PATH | OpenFlagsOfThisMachine.O_DIRECTORY);
        if (result < 0)
        {
            throw new BuildDirectoryException(BuildDirectoryErrorKind.Unusable, $"cannot use {directory}: {(Errno)(-result)}; make it first (mkdir)");
        }

        using SafeFileHandle handle = new(result, ownsHandle: true);
        return File.ResolveLinkTarget($"/proc/self/fd/{result}", returnFinalTarget: false)?.FullName ?? directory;
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();
}
