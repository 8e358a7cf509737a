using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Mounting;

/// <summary>
/// A directory of its own to mount a root on. A lock tells that its owner lives: the directory looks empty to
/// processes of another mount namespace, and rmdir(2) of a directory that is a mount point elsewhere removes that mount.
/// </summary>
internal sealed class PrivateMountPoint : IDisposable
{
    private const string Prefix = "vroot-run-";
    private const string LockName = "lock";
    private const string MountName = "root";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly SafeFileHandle _lock;

    private PrivateMountPoint(string folder, SafeFileHandle ownersLock)
    {
        _folder = folder;
        _lock = ownersLock;
    }

    /// <summary>The directory to mount on.</summary>
    public string Path => System.IO.Path.Combine(_folder, MountName);

    /// <summary>Makes one.</summary>
    public static PrivateMountPoint Create(string parent)
    {
        string folder = System.IO.Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder, OwnerOnly);
        SafeFileHandle ownersLock = File.OpenHandle(System.IO.Path.Combine(folder, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        int result = Syscall.Flock(ownersLock, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB);
        if (result < 0)
        {
            throw new CliException($"flock of {folder}: {(Errno)(-result)}; name a cache directory on a local disk by --cache");
        }

        Directory.CreateDirectory(System.IO.Path.Combine(folder, MountName), OwnerOnly);
        return new PrivateMountPoint(folder, ownersLock);
    }

    /// <summary>Removes those of processes that are gone. Their mounts are to be detached before.</summary>
    public static void Sweep(string parent)
    {
        foreach (string folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle(System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                if (Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB) == 0)
                {
                    Remove(folder);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Just being made, just swept by another process, or another user's: theirs.
                continue;
            }
        }
    }

    /// <summary>Removes it; nothing may be mounted on it any more.</summary>
    public void Dispose()
    {
        Remove(_folder);
        _lock.Dispose();
    }

    // Never recursive: if the mount should still be there, the walk would go into the root.
    private static void Remove(string folder)
    {
        string mountPoint = System.IO.Path.Combine(folder, MountName);
        if (Directory.Exists(mountPoint))
        {
            Directory.Delete(mountPoint, recursive: false);
        }

        File.Delete(System.IO.Path.Combine(folder, LockName));
        Directory.Delete(folder, recursive: false);
    }
}
