using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>Where the bytes lie that an action writes: named files in a private folder of the daemon.</summary>
public sealed class ScratchDirectory : IDisposable
{
    /// <summary>Written files whose descriptors are open at one time.</summary>
    public const int DefaultMaxOpenFiles = 4096;

    private readonly PrivateFolder _folder;
    private long _next;

    private ScratchDirectory(PrivateFolder folder, SafeFileHandle descriptor, int maxOpenFiles)
    {
        _folder = folder;
        Descriptor = descriptor;
        OpenFiles = new OpenScratchFiles(maxOpenFiles);
    }

    /// <summary>A directory to mount on, inside the folder; removed with it.</summary>
    public string MountPoint => _folder.MountPoint;

    /// <summary>The folder's descriptor: statfs of it tells the space there is.</summary>
    internal SafeFileHandle Descriptor { get; }

    /// <summary>The files whose descriptors are open, and the lock of their descriptors.</summary>
    internal OpenScratchFiles OpenFiles { get; }

    /// <summary>Makes a private folder below <paramref name="parent"/>, and removes those of daemons that are gone.</summary>
    /// <param name="parent">Created if missing.</param>
    /// <param name="logger">Told what was removed.</param>
    /// <param name="maxOpenFiles">Written files whose descriptors are open at one time; others are opened again when used.</param>
    /// <exception cref="IOException">The folder cannot be made; the message names it.</exception>
    public static ScratchDirectory Create(string parent, ILogger logger, int maxOpenFiles = DefaultMaxOpenFiles)
    {
        PrivateFolder folder = PrivateFolder.Create(parent);
        PrivateFolder.Sweep(parent, logger);
        int descriptor = Syscall.Open(folder.Path, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_DIRECTORY);
        if (descriptor < 0)
        {
            folder.Dispose();
            throw new IOException($"cannot open the scratch folder {folder.Path}: {(Errno)(-descriptor)}; name another directory by --scratch");
        }

        return new ScratchDirectory(folder, new SafeFileHandle(descriptor, ownsHandle: true), maxOpenFiles);
    }

    /// <summary>A new, empty file; it exists on disk once something opens it.</summary>
    internal ScratchFile NewFile() => new(this, Interlocked.Increment(ref _next));

    /// <summary>Opens file <paramref name="id"/> for reading and writing.</summary>
    /// <returns>The descriptor, which the caller owns, or a negative errno (ENOSPC, EMFILE …).</returns>
    internal int Open(long id)
    {
        Span<byte> name = stackalloc byte[24];
        return Syscall.OpenAt(Descriptor, NameOf(id, name), OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x180);
    }

    /// <summary>Removes file <paramref name="id"/>, if it was ever opened.</summary>
    internal void Delete(long id)
    {
        Span<byte> name = stackalloc byte[24];
        int result = Syscall.UnlinkAt(Descriptor, NameOf(id, name));
        if (result < 0 && result != -(int)Errno.ENOENT)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"unlink of scratch file {id} in {_folder.Path}: {(Errno)(-result)}"));
        }
    }

    /// <summary>Removes the folder with everything in it.</summary>
    public void Dispose()
    {
        if (!Descriptor.IsClosed)
        {
            Descriptor.Dispose();
            _folder.Dispose();
        }
    }

    private static ReadOnlySpan<byte> NameOf(long id, Span<byte> buffer)
    {
        bool formatted = id.TryFormat(buffer[..^1], out int length, default, CultureInfo.InvariantCulture);
        Debug.Assert(formatted, "a long has at most 20 digits");
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
