using System.Buffers;
using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Processes;

/// <summary>What is read in a pinned task's directory. Every path ends in NUL.</summary>
internal sealed partial class ProcessPin
{
    private long _namespace;

    /// <summary>Whether the task still exists (a zombie does).</summary>
    public bool IsAlive() => StatX("stat\0"u8, StatXMask.STATX_TYPE, out _) == Errno.Success;

    /// <summary>Whether it sent this request, as far as was looked; then it lives, since it waits for the answer.</summary>
    public bool IsCallerOf(in Caller caller) => caller.Request != 0 && caller.Request == LastRequest;

    /// <summary>Its status, read now.</summary>
    public Errno ReadStatus(out ProcessStatus? status)
    {
        status = null;
        try
        {
            return ProcessStatus.Read(_directory, "status\0"u8, out status);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>The attributes of a file, never of what a link leads to.</summary>
    public Errno StatX(ReadOnlySpan<byte> path, StatXMask mask, out StatXBuffer buffer)
    {
        buffer = default;
        try
        {
            return (Errno)(-Syscall.StatXCached(_directory, path, mask, out buffer));
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>The text of a link.</summary>
    public Errno ReadLink(ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        try
        {
            int result = Syscall.ReadLinkAt(_directory, path, target);
            length = Math.Max(result, 0);
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>A file's first bytes.</summary>
    public Errno ReadStart(ReadOnlySpan<byte> path, Span<byte> buffer, out int length)
    {
        length = 0;
        try
        {
            return ProcReader.ReadStart(_directory, path, buffer, out length);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>A whole file, appended to <paramref name="content"/>.</summary>
    public Errno ReadAll(ReadOnlySpan<byte> path, ArrayBufferWriter<byte> content)
    {
        try
        {
            return ProcReader.ReadAll(_directory, path, content);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>The numbers that a directory lists.</summary>
    public Errno ListNumbers(ReadOnlySpan<byte> path, List<int> numbers)
    {
        try
        {
            return ProcReader.ListNumbers(_directory, path, numbers);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>What a descriptor of the task leads to, as O_PATH: that opens nothing, so it reaches no file system.</summary>
    public Errno OpenTarget(ReadOnlySpan<byte> path, out SafeFileHandle? file)
    {
        file = null;
        try
        {
            int result = Syscall.OpenAt(_directory, path, OpenFlags.O_PATH);
            file = result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    /// <summary>The inode number of its PID namespace, or -1 where the daemon may not know.</summary>
    public long Namespace()
    {
        if (_namespace == 0)
        {
            Span<byte> text = stackalloc byte[64];
            // "pid:[4026531836]"
            _namespace = ReadLink("ns/pid\0"u8, text, out int length) == Errno.Success
                && Utf8Parser.TryParse(text[5..length], out long number, out _) ? number : -1;
        }

        return _namespace;
    }
}
