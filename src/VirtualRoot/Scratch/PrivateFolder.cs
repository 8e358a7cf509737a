using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>
/// A folder of one process, locked while that lives, and removed with it. A folder without a living owner is what a
/// killed process left; <see cref="Sweep"/> detaches what is mounted in it and removes it. The lock matters: to processes
/// of another mount namespace a mount point looks empty, and their rmdir(2) of it would remove the mount.
/// <para>The lock is made first and removed last, so a folder without one is empty: one that is being made, or what was
/// left by an owner or a sweep that was killed at that moment. A sweep removes it as long as it is empty, and
/// <see cref="Create"/> begins anew if that was its folder. No sweep makes another process wait.</para>
/// </summary>
public sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "vroot-private-";
    private const string LockName = "lock";
    private const string MountName = "root";
    private const int Attempts = 100;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly SafeFileHandle _lock;

    private PrivateFolder(string path, SafeFileHandle ownersLock)
    {
        Path = path;
        _lock = ownersLock;
    }

    /// <summary>The folder; mode 0700.</summary>
    public string Path { get; }

    /// <summary>A directory in it to mount on.</summary>
    public string MountPoint => System.IO.Path.Combine(Path, MountName);

    /// <summary>Makes one below <paramref name="parent"/>, which is created if missing.</summary>
    /// <exception cref="IOException">It cannot be made; the message names it.</exception>
    public static PrivateFolder Create(string parent)
    {
        Directory.CreateDirectory(parent, OwnerOnly);
        while (true)
        {
            // Short: the path of a unix socket has 107 bytes.
            string path = System.IO.Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12]);
            Directory.CreateDirectory(path, OwnerOnly);
            if (TryLock(path) is { } ownersLock)
            {
                PrivateFolder folder = new(path, ownersLock);
                Directory.CreateDirectory(folder.MountPoint, OwnerOnly);
                return folder;
            }
        }
    }

    /// <summary>Removes those of processes that are gone, and what they mounted there.</summary>
    public static void Sweep(string parent, ILogger logger)
    {
        bool detached = false;
        foreach (string path in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            // Not File.OpenHandle: it takes a lock of its own on what it opens.
            using SafeFileHandle handle = OpenLock(path, 0, out int result);
            if (result == -(int)Errno.ENOENT)
            {
                RemoveIfEmpty(path);
                continue;
            }

            // Another user's, or a living process's; or it was removed before we had its lock.
            if (result < 0 || !IsLocked(handle, path, out _))
            {
                continue;
            }

            if (!detached)
            {
                detached = true;
                StaleMounts.DetachOwn(parent, logger);
            }

            Remove(path);
        }
    }

    /// <summary>Removes it, with what is in it; nothing may be mounted there any more.</summary>
    public void Dispose()
    {
        Remove(Path);
        _lock.Dispose();
    }

    private static SafeFileHandle OpenLock(string folder, OpenFlags flags, out int result)
    {
        result = Syscall.Open(System.IO.Path.Combine(folder, LockName), flags | OpenFlags.O_RDWR, 0x180);
        return new SafeFileHandle(result, ownsHandle: true);
    }

    // Null: a sweep came between the folder, its lock file and the lock.
    private static SafeFileHandle? TryLock(string path)
    {
        SafeFileHandle ownersLock = OpenLock(path, OpenFlags.O_CREAT | OpenFlags.O_EXCL, out int result);
        if (result >= 0 && IsLocked(ownersLock, path, out result))
        {
            return ownersLock;
        }

        ownersLock.Dispose();
        return result is 0 or -(int)Errno.ENOENT or -(int)Errno.EAGAIN
            ? null
            : throw new IOException($"cannot lock the folder {path}: {(Errno)(-result)}; name a directory on a local disk by --cache or --scratch");
    }

    // The lock of a file that has no name any more is worth nothing: whoever removed it has removed the folder.
    private static bool IsLocked(SafeFileHandle handle, string folder, out int result)
    {
        result = Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB);
        return result == 0 && File.Exists(System.IO.Path.Combine(folder, LockName));
    }

    // A walk must never go into a root that is mounted still: better a folder is left, for a later sweep.
    private static void Remove(string path)
    {
        if (MountEntry.ReadAll().Any(mount => mount.MountPoint.StartsWith(path + "/", StringComparison.Ordinal)))
        {
            return;
        }

        // A request that began before the end may still make a file. While there is anything, the lock's name stays, too:
        // a later sweep finds the folder by it.
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FileSystemInfo[] entries = [.. new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => entry.Name != LockName)];
            if (entries.Length == 0)
            {
                File.Delete(System.IO.Path.Combine(path, LockName));
                RemoveIfEmpty(path);
                return;
            }

            Array.ForEach(entries, Delete);
        }
    }

    private static void Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo directory)
        {
            directory.Delete(recursive: true);
        }
        else
        {
            entry.Delete();
        }
    }

    private static void RemoveIfEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            // Another sweep was faster, or its maker has just made the lock.
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's.
        }
    }
}
