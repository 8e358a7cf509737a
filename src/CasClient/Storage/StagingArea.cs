using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Storage;

/// <summary>
/// Where one store's unfinished blobs lie: <c>staging/&lt;pid&gt;-&lt;random&gt;/&lt;number&gt;</c>. The directory is locked
/// (flock) as long as its owner lives, so that others know a dead owner's leftovers whatever its pid has become, across
/// pid namespaces too. Making and sweeping directories is done under the store's lock, or a sweeper would take a
/// directory between its making and its locking.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private readonly string _path;
    private long _number;

    private StagingArea(string path, SafeFileHandle directory)
    {
        _path = path;
        Directory = directory;
    }

    /// <summary>The directory of this store's unfinished blobs.</summary>
    public SafeFileHandle Directory { get; }

    /// <summary>Sweeps what dead owners left, then makes a directory for this store.</summary>
    public static StagingArea Open(string root, SafeFileHandle storeLock, ILogger logger)
    {
        string staging = Path.Join(root, "staging");
        Check(Syscall.Flock(storeLock, FlockOperation.LOCK_EX), "flock", root);
        try
        {
            System.IO.Directory.CreateDirectory(staging);
            Sweep(staging, logger);
            string path = Path.Join(staging, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.NewGuid():N}"));
            System.IO.Directory.CreateDirectory(path);
            SafeFileHandle directory = OpenDirectory(path);
            Check(Syscall.Flock(directory, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB), "flock", path);
            return new StagingArea(path, directory);
        }
        finally
        {
            Check(Syscall.Flock(storeLock, FlockOperation.LOCK_UN), "flock", root);
        }
    }

    /// <summary>Creates an unfinished blob, writable through its handle alone: its mode is that of a finished one.</summary>
    /// <param name="number">Its name, for <see cref="FormatName"/>.</param>
    /// <param name="handle">Its descriptor, if the result is 0.</param>
    /// <returns>0 or a negative errno.</returns>
    public int TryCreate(out long number, out SafeFileHandle? handle)
    {
        number = Interlocked.Increment(ref _number);
        Span<byte> buffer = stackalloc byte[32];
        int descriptor = Syscall.OpenAt(
            Directory, FormatName(number, buffer), OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x124 /* 0444 */);
        handle = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        return Math.Min(descriptor, 0);
    }

    /// <summary>Removes an unfinished blob. After the store's end there is nothing left to remove.</summary>
    public void Remove(long number)
    {
        if (!Directory.IsClosed)
        {
            Span<byte> buffer = stackalloc byte[32];
            _ = Syscall.UnlinkAt(Directory, FormatName(number, buffer));
        }
    }

    /// <summary>The name of an unfinished blob, ended by NUL.</summary>
    public static ReadOnlySpan<byte> FormatName(long number, Span<byte> buffer)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(number, buffer, out int length);
        buffer[length++] = 0;
        return buffer[..length];
    }

    /// <summary>Removes this store's directory and what is unfinished in it.</summary>
    public void Dispose()
    {
        if (!Directory.IsClosed)
        {
            RemoveTree(_path);
            Directory.Dispose();
        }
    }

    /// <summary>A descriptor of a directory.</summary>
    internal static SafeFileHandle OpenDirectory(string path)
    {
        SafeFileHandle? directory = TryOpenDirectory(path, out int result);
        Check(result, "open", path);
        return directory!;
    }

    private static SafeFileHandle? TryOpenDirectory(string path, out int result)
    {
        using SafeFileHandle none = new(-100 /* AT_FDCWD */, ownsHandle: false);
        int descriptor = Syscall.OpenAt(none, Encoding.UTF8.GetBytes(path + '\0'), OpenFlagsOfThisMachine.O_DIRECTORY);
        result = Math.Min(descriptor, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Sweep(string staging, ILogger logger)
    {
        foreach (string path in System.IO.Directory.EnumerateDirectories(staging))
        {
            using SafeFileHandle? directory = TryOpenDirectory(path, out _);
            if (directory is not null && Syscall.Flock(directory, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB) == 0)
            {
                RemoveTree(path);
                logger.SweptLeftovers(path);
            }
        }
    }

    private static void RemoveTree(string path)
    {
        try
        {
            System.IO.Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody cleared the whole store: what was to go is gone.
        }
    }

    private static void Check(int result, string call, string path)
    {
        if (result < 0)
        {
            throw new CasException(CasErrorKind.Other, $"{call} {path}: {(Errno)(-result)}; check the store's directory");
        }
    }
}
