using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>
/// Where the bytes lie that actions write: named files in a folder that belongs to one daemon and is locked while it
/// lives. It may hold a private mount point, too. A folder without a living owner is what a killed daemon left; the next
/// one to start detaches its mount and removes it.
/// </summary>
public sealed class ScratchDirectory : IDisposable
{
    private const string FolderPrefix = "vroot-scratch-";
    private const string LockName = "lock";
    private const string MountName = "mount";

    private readonly string _path;
    private readonly SafeFileHandle _directory;
    private readonly SafeFileHandle _lock;
    private long _next;

    private ScratchDirectory(string path, SafeFileHandle directory, SafeFileHandle ownerLock)
    {
        _path = path;
        _directory = directory;
        _lock = ownerLock;
    }

    /// <summary>The folder's path.</summary>
    public string Path => _path;

    /// <summary>The folder's descriptor: statfs of it tells the space there is.</summary>
    internal SafeFileHandle Descriptor => _directory;

    /// <summary>A directory to mount on, inside the folder; removed with it.</summary>
    public string MountPoint => System.IO.Path.Combine(_path, MountName);

    /// <summary>Makes a private folder (mode 0700) below <paramref name="parent"/>, which is created if missing, and
    /// removes those of daemons that are gone.</summary>
    /// <exception cref="IOException">The folder cannot be made; the message names it.</exception>
    public static ScratchDirectory Create(string parent, ILogger logger)
    {
        const UnixFileMode ForOwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(parent, ForOwnerOnly);
        Sweep(parent, logger);
        string path = System.IO.Path.Combine(parent, FolderPrefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(path, ForOwnerOnly);
        Directory.CreateDirectory(System.IO.Path.Combine(path, MountName), ForOwnerOnly);
        SafeFileHandle ownerLock = OpenFile(System.IO.Path.Combine(path, LockName), OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL, out int result);
        Check(result, "lock", path);
        Check(Syscall.Flock(ownerLock, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB), "lock", path);
        return new ScratchDirectory(path, OpenDirectory(path), ownerLock);
    }

    /// <summary>A new, empty file; it exists on disk once something opens it.</summary>
    internal ScratchFile NewFile() => new(this, Interlocked.Increment(ref _next));

    /// <summary>Opens file <paramref name="id"/> for reading and writing.</summary>
    /// <returns>The descriptor, which the caller owns, or a negative errno (ENOSPC, EMFILE …).</returns>
    internal int Open(long id)
    {
        Span<byte> name = stackalloc byte[24];
        return Syscall.OpenAt(_directory, NameOf(id, name), OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x180);
    }

    /// <summary>Removes file <paramref name="id"/>, if it was ever opened.</summary>
    internal void Delete(long id)
    {
        Span<byte> name = stackalloc byte[24];
        int result = Syscall.UnlinkAt(_directory, NameOf(id, name));
        if (result < 0 && result != -(int)Errno.ENOENT)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"unlink of scratch file {id} in {_path}: {(Errno)(-result)}"));
        }
    }

    /// <summary>Removes the folder with everything in it.</summary>
    public void Dispose()
    {
        if (_directory.IsClosed)
        {
            return;
        }

        _directory.Dispose();
        RemoveFolder(_path);
        _lock.Dispose();
    }

    /// <summary>Removes a folder: flat, so that nothing is ever deleted through something mounted in it. The lock goes
    /// last: what is left after an interruption can be swept.</summary>
    private static void RemoveFolder(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (System.IO.Path.GetFileName(file) != LockName)
            {
                File.Delete(file);
            }
        }

        string mountPoint = System.IO.Path.Combine(folder, MountName);
        if (Directory.Exists(mountPoint))
        {
            Directory.Delete(mountPoint);
        }

        File.Delete(System.IO.Path.Combine(folder, LockName));
        Directory.Delete(folder);
    }

    private static ReadOnlySpan<byte> NameOf(long id, Span<byte> buffer)
    {
        bool formatted = id.TryFormat(buffer[..^1], out int length, default, CultureInfo.InvariantCulture);
        System.Diagnostics.Debug.Assert(formatted, "a long has at most 20 digits");
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }

    private static void Sweep(string parent, ILogger logger)
    {
        foreach (string folder in Directory.EnumerateDirectories(parent, FolderPrefix + "*"))
        {
            // Not File.OpenHandle: it takes a lock of its own on what it opens.
            using SafeFileHandle handle = OpenFile(System.IO.Path.Combine(folder, LockName), OpenFlags.O_RDWR, out int result);
            // No lock: another daemon is just making the folder, or has just swept it, or it is another user's: theirs.
            if (result >= 0 && Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB) == 0)
            {
                StaleMounts.DetachOwn(folder, logger);
                RemoveFolder(folder);
            }
        }
    }

    private static SafeFileHandle OpenFile(string path, OpenFlags flags, out int result)
    {
        result = Syscall.Open(path, flags, 0x180);
        return new SafeFileHandle(result, ownsHandle: true);
    }

    private static SafeFileHandle OpenDirectory(string path)
    {
        SafeFileHandle directory = OpenFile(path, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_DIRECTORY, out int result);
        Check(result, "open", path);
        return directory;
    }

    private static void Check(int result, string what, string path)
    {
        if (result < 0)
        {
            throw new IOException($"cannot {what} the scratch folder {path}: {(Errno)(-result)}; choose another with --scratch");
        }
    }
}
