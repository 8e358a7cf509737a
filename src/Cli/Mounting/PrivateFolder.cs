using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Mounting;

/// <summary>
/// A folder of one process, with a directory to mount a root on. A lock tells that its owner lives: to processes of
/// another mount namespace the mount point looks empty, and their rmdir(2) of it would remove the mount.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "vroot-run-";
    private const string LockName = "lock";
    private const string MountName = "root";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly SafeFileHandle _lock;

    private PrivateFolder(string path, SafeFileHandle ownersLock)
    {
        Path = path;
        _lock = ownersLock;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The directory to mount on.</summary>
    public string MountPoint => System.IO.Path.Combine(Path, MountName);

    /// <summary>Makes one.</summary>
    public static PrivateFolder Create(string parent)
    {
        // Short: the path of a unix socket has 107 bytes.
        string path = System.IO.Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12]);
        Directory.CreateDirectory(path, OwnerOnly);
        SafeFileHandle ownersLock = File.OpenHandle(System.IO.Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        int result = Syscall.Flock(ownersLock, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB);
        if (result < 0)
        {
            ownersLock.Dispose();
            throw new CliException($"flock of {path}: {(Errno)(-result)}; name a cache directory on a local disk by --cache");
        }

        PrivateFolder folder = new(path, ownersLock);
        Directory.CreateDirectory(folder.MountPoint, OwnerOnly);
        return folder;
    }

    /// <summary>Removes those of processes that are gone. Their mounts are to be detached before.</summary>
    public static void Sweep(string parent)
    {
        foreach (string path in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle(System.IO.Path.Combine(path, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                if (Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB) == 0)
                {
                    Remove(path);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Just being made, just swept by another process, or another user's: theirs.
                continue;
            }
        }
    }

    /// <summary>Removes it, with what is in it; nothing may be mounted there any more.</summary>
    public void Dispose()
    {
        Remove(Path);
        _lock.Dispose();
    }

    // A walk must never go into a root that is mounted still: better a folder is left, for a later sweep.
    private static void Remove(string path)
    {
        if (!MountEntry.ReadAll().Any(mount => mount.MountPoint.StartsWith(path + "/", StringComparison.Ordinal)))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
