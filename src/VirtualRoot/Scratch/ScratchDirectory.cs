using System.Diagnostics;
using System.Globalization;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>
/// Where the bytes lie that an action writes: named files in a private folder of the daemon, or in a part of it where
/// several actions run at a time. A part is a directory, so that what an action wrote goes without looking for it, and a
/// late writer finds nothing to write to; it has no descriptor of its own.
/// </summary>
public sealed class ScratchDirectory : IDisposable
{
    /// <summary>Written files whose descriptors are open at one time.</summary>
    public const int DefaultMaxOpenFiles = 4096;

    // How often a part is emptied whose last writers still finish.
    private const int Attempts = 100;

    private readonly PrivateFolder _folder;
    private readonly long? _part;
    private long _next;

    private ScratchDirectory(PrivateFolder folder, SafeFileHandle descriptor, OpenScratchFiles openFiles, long? part)
    {
        _folder = folder;
        _part = part;
        Descriptor = descriptor;
        OpenFiles = openFiles;
    }

    /// <summary>A directory to mount on, inside the folder; removed with it.</summary>
    public string MountPoint => _folder.MountPoint;

    /// <summary>The private folder.</summary>
    public string Folder => _folder.Path;

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

        return new ScratchDirectory(folder, new SafeFileHandle(descriptor, ownsHandle: true), new OpenScratchFiles(maxOpenFiles), null);
    }

    /// <summary>Makes a part of this folder, to be disposed of before it.</summary>
    /// <exception cref="IOException">The scratch disk refused.</exception>
    internal ScratchDirectory NewPart()
    {
        ScratchDirectory part = new(_folder, Descriptor, OpenFiles, Interlocked.Increment(ref _next));
        Directory.CreateDirectory(part.Path);
        return part;
    }

    /// <summary>A new, empty file; it exists on disk once something opens it.</summary>
    internal ScratchFile NewFile() => new(this, Interlocked.Increment(ref _next));

    /// <summary>Opens file <paramref name="id"/> for reading and writing.</summary>
    /// <returns>The descriptor, which the caller owns, or a negative errno (ENOSPC, EMFILE …).</returns>
    internal int Open(long id)
    {
        Span<byte> name = stackalloc byte[48];
        return Syscall.OpenAt(Descriptor, NameOf(id, name), OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x180);
    }

    /// <summary>Removes file <paramref name="id"/>, if it was ever opened.</summary>
    internal void Delete(long id)
    {
        Span<byte> name = stackalloc byte[48];
        int result = Syscall.UnlinkAt(Descriptor, NameOf(id, name));
        if (result < 0 && result != -(int)Errno.ENOENT)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"unlink of scratch file {id} in {_folder.Path}: {(Errno)(-result)}"));
        }
    }

    /// <summary>Removes the folder, or the part, with everything in it.</summary>
    /// <exception cref="IOException">A part could not be removed; it goes with the folder.</exception>
    public void Dispose()
    {
        if (_part is not null)
        {
            RemovePart();
        }
        else if (!Descriptor.IsClosed)
        {
            Descriptor.Dispose();
            _folder.Dispose();
        }
    }

    private string Path => System.IO.Path.Combine(_folder.Path, string.Create(CultureInfo.InvariantCulture, $"part{_part}"));

    // A request that began before its root went may still make a file while the rest is removed.
    private void RemovePart()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempt < Attempts)
            {
                Thread.Sleep(1);
            }
        }
    }

    private ReadOnlySpan<byte> NameOf(long id, Span<byte> buffer)
    {
        bool formatted = _part is { } part
            ? Utf8.TryWrite(buffer[..^1], CultureInfo.InvariantCulture, $"part{part}/{id}", out int length)
            : id.TryFormat(buffer[..^1], out length, default, CultureInfo.InvariantCulture);
        Debug.Assert(formatted, "a long has at most 20 digits");
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
