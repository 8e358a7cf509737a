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
        using PinnedDirectory directory = Hold();
        return directory.Handle is { } handle ? ProcessStatus.Read(handle, "status\0"u8, out status) : Errno.ESRCH;
    }

    /// <summary>The attributes of a file, never of what a link leads to.</summary>
    public Errno StatX(ReadOnlySpan<byte> path, StatXMask mask, out StatXBuffer buffer)
    {
        buffer = default;
        using PinnedDirectory directory = Hold();
        return directory.Handle is { } handle ? (Errno)(-Syscall.StatXCached(handle, path, mask, out buffer)) : Errno.ESRCH;
    }

    /// <summary>The text of a link.</summary>
    public Errno ReadLink(ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        using PinnedDirectory directory = Hold();
        int result = directory.Handle is { } handle ? Syscall.ReadLinkAt(handle, path, target) : -(int)Errno.ESRCH;
        length = Math.Max(result, 0);
        return (Errno)(length - result);
    }

    /// <summary>A file's first bytes.</summary>
    public Errno ReadStart(ReadOnlySpan<byte> path, Span<byte> buffer, out int length)
    {
        length = 0;
        using PinnedDirectory directory = Hold();
        return directory.Handle is { } handle ? ProcReader.ReadStart(handle, path, buffer, out length) : Errno.ESRCH;
    }

    /// <summary>A whole file, appended to <paramref name="content"/>.</summary>
    public Errno ReadAll(ReadOnlySpan<byte> path, ArrayBufferWriter<byte> content)
    {
        using PinnedDirectory directory = Hold();
        return directory.Handle is { } handle ? ProcReader.ReadAll(handle, path, content) : Errno.ESRCH;
    }

    /// <summary>The numbers that a directory lists.</summary>
    public Errno ListNumbers(ReadOnlySpan<byte> path, List<int> numbers)
    {
        using PinnedDirectory directory = Hold();
        return directory.Handle is { } handle ? ProcReader.ListNumbers(handle, path, numbers) : Errno.ESRCH;
    }

    /// <summary>What a descriptor of the task leads to, as O_PATH: that opens nothing, so it reaches no file system.</summary>
    public Errno OpenTarget(ReadOnlySpan<byte> path, out SafeFileHandle? file)
    {
        using PinnedDirectory directory = Hold();
        int result = directory.Handle is { } handle ? Syscall.OpenAt(handle, path, OpenFlags.O_PATH) : -(int)Errno.ESRCH;
        file = result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
        return result < 0 ? (Errno)(-result) : Errno.Success;
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

    /// <summary>The directory, opened anew for one reading if the pin was disposed: others were used more recently, and
    /// whoever looks through it must not take that for the task's end.</summary>
    private PinnedDirectory Hold()
    {
        if (PinnedDirectory.TryHold(_directory, out PinnedDirectory held) || !PinnedDirectory.TryHold(_proc, out PinnedDirectory proc))
        {
            return held;
        }

        using (proc)
        {
            if (Open(_proc, Identity.Pid, out ProcessPin? again) != Errno.Success)
            {
                return default;
            }

            if (again!.Identity != Identity)
            {
                again.Dispose();
                return default;
            }

            return PinnedDirectory.Take(again._directory);
        }
    }
}
