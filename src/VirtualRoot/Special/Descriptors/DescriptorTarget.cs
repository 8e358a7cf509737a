using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// What a descriptor of another process leads to, held by an O_PATH descriptor: that opens nothing, so it neither waits
/// nor reaches a file system; its attributes come from what the kernel holds; and what is opened later is what was checked.
/// </summary>
internal sealed class DescriptorTarget : IDisposable
{
    private const uint FileTypeMask = 0xf000;
    private const uint OthersMask = 7;

    private readonly SafeFileHandle _path;
    private readonly int _access;

    private DescriptorTarget(SafeFileHandle path, StatXBuffer attributes, int access)
    {
        _path = path;
        _access = access;
        Attributes = attributes;
    }

    /// <summary>Of the file.</summary>
    public StatXBuffer Attributes { get; }

    /// <summary>Whether it is a FIFO in a file system, which may get its first writer later; a pipe had one from the start.</summary>
    public bool IsNamedPipe { get; init; }

    /// <summary>Whether the descriptor can be read from (and is no O_PATH).</summary>
    public bool IsReadable => (_access & (int)OpenFlags.O_PATH) == 0 && OpenMode.Reads(_access);

    /// <summary>Whether no path leads to the file: a memfd, or deleted.</summary>
    public bool IsWithoutName => Attributes.LinkCount == 0;

    /// <summary>The file type.</summary>
    public NodeKind Kind => (NodeKind)(Attributes.Mode & FileTypeMask);

    /// <summary>Takes hold of what descriptor <paramref name="number"/> of <paramref name="task"/> leads to.</summary>
    public static Errno TryTake(ProcessPin task, int number, out DescriptorTarget? target, bool isNamedPipe = false)
    {
        target = null;
        Span<byte> path = stackalloc byte[32];
        Utf8.TryWrite(path, $"fdinfo/{number}\0", out int length);
        Span<byte> info = stackalloc byte[256];
        Errno errno = task.ReadStart(path[..length], info, out int infoLength);
        if (errno != Errno.Success)
        {
            return errno;
        }

        int flags = ParseFlags(info[..infoLength]);

        Utf8.TryWrite(path, $"fd/{number}\0", out length);
        errno = task.OpenTarget(path[..length], out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        return TryHold(file, flags, isNamedPipe, out target);
    }

    /// <summary>Takes hold of a file that the daemon has open itself, with the access that it was opened for.</summary>
    public static Errno TryTake(SafeFileHandle proc, SafeFileHandle file, int access, out DescriptorTarget? target)
    {
        target = null;
        Errno errno = Reopen(proc, file, OpenFlags.O_PATH, out SafeFileHandle? path);
        return path is null ? errno : TryHold(path, access, isNamedPipe: false, out target);
    }

    /// <summary>Whether the file is on the file system <paramref name="device"/>.</summary>
    public bool IsOn((uint Major, uint Minor) device) =>
        (Attributes.FileSystemMajor, Attributes.FileSystemMinor) == device;

    /// <summary>Which of reading (4), writing (2) and executing (1) the caller may do: what the descriptor itself can, which the
    /// process can do anyway, and what the file's owner or the world may. The daemon's own rights must not count.</summary>
    public uint Allowed(uint uid)
    {
        // An eventfd and its kind have no file type, and no open: which errno that is, the mode alone decides.
        bool isAnonymous = (Attributes.Mode & FileTypeMask) == 0;
        uint byDescriptor = isAnonymous || (_access & (int)OpenFlags.O_PATH) != 0 ? 0u : OpenMode.Access(_access) switch
        {
            (int)OpenFlags.O_RDONLY => 4,
            (int)OpenFlags.O_WRONLY => 2,
            (int)OpenFlags.O_RDWR => 6,
            _ => 0,
        };
        uint byMode = (Attributes.UserId == uid ? (uint)Attributes.Mode >> 6 : Attributes.Mode) & OthersMask;
        return ((byDescriptor | byMode) & 6) | (byMode & 1);
    }

    /// <summary>Opens the file anew.</summary>
    public Errno Open(SafeFileHandle proc, OpenFlags flags, out SafeFileHandle? file) => Reopen(proc, _path, flags, out file);

    private static Errno Reopen(SafeFileHandle proc, SafeFileHandle open, OpenFlags flags, out SafeFileHandle? file)
    {
        file = null;
        bool isHeld = false;
        try
        {
            open.DangerousAddRef(ref isHeld);
            Span<byte> path = stackalloc byte[40];
            Utf8.TryWrite(path, $"self/fd/{open.DangerousGetHandle()}\0", out int length);
            int result = Syscall.OpenAt(proc, path[..length], flags);
            file = result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
        catch (ObjectDisposedException)
        {
            return Errno.ENOENT; // closed meanwhile
        }
        finally
        {
            if (isHeld)
            {
                open.DangerousRelease();
            }
        }
    }

    private static Errno TryHold(SafeFileHandle path, int access, bool isNamedPipe, out DescriptorTarget? target)
    {
        target = null;
        int result = Syscall.StatXCached(path, "\0"u8, StatXMask.STATX_BASIC_STATS, out StatXBuffer attributes);
        if (result < 0)
        {
            path.Dispose();
            return (Errno)(-result);
        }

        target = new DescriptorTarget(path, attributes, access) { IsNamedPipe = isNamedPipe };
        return Errno.Success;
    }

    /// <summary>The octal number behind <c>flags:</c> in an fdinfo file; 3, which allows nothing, if there is none.</summary>
    private static int ParseFlags(ReadOnlySpan<byte> info)
    {
        int at = info.IndexOf("flags:\t"u8);
        if (at < 0)
        {
            return 3;
        }

        int flags = 0;
        foreach (byte digit in info[(at + 7)..])
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                break;
            }

            flags = (flags << 3) | (digit - '0');
        }

        return flags;
    }

    /// <inheritdoc/>
    public void Dispose() => _path.Dispose();
}
