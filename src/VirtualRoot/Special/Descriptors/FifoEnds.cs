using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// The daemon's way to the FIFOs of its own mount: the one place where it touches a path there. The path's last name is
/// unlisted, answered from memory on a FUSE reader thread, and only to the thread that asks here, so nothing that this
/// thread or a special worker does is waited for.
/// </summary>
internal sealed class FifoEnds(SpecialContext context)
{
    private int _threadId;

    private static ReadOnlySpan<byte> Prefix => ".vroot-pipe:"u8;

    /// <summary>Whether <paramref name="name"/> may be one of these.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => name.StartsWith(Prefix);

    /// <summary>The calling thread is the one that opens.</summary>
    public void Enter() => Volatile.Write(ref _threadId, Syscall.Gettid());

    /// <summary>LOOKUP of such a name in /proc.</summary>
    public Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = null;
        if (caller.ThreadId != Volatile.Read(ref _threadId)
            || !System.Buffers.Text.Utf8Parser.TryParse(name[Prefix.Length..], out ulong nodeId, out _)
            || !context.Table.TryGet(nodeId, out Node? node) || node is not PipeProxy proxy)
        {
            return Errno.ENOENT;
        }

        return context.Proxies.TryReference(proxy.Inode, out child) ? Errno.Success : Errno.ENOENT;
    }

    /// <summary>Opens an end of the FIFO <paramref name="proxy"/>, without waiting for another end.</summary>
    /// <returns>ENXIO for a write end that nobody reads; EXDEV when the mount point is not our mount, seen from here.</returns>
    public Errno Open(PipeProxy proxy, OpenFlags access, out SafeFileHandle? end)
    {
        end = null;
        ReadOnlySpan<byte> mountPoint = context.Processes.MountPoint;
        Span<byte> path = stackalloc byte[mountPoint.Length + 64];
        mountPoint.CopyTo(path);
        Utf8.TryWrite(path[mountPoint.Length..], $"/proc/{Encoding.ASCII.GetString(Prefix)}{proxy.NodeId}\0", out int length);
        using SafeFileHandle anchor = new(-100, ownsHandle: false); // AT_FDCWD, which an absolute path ignores
        const OpenFlags Always = OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY;
        int result = Syscall.OpenAt(anchor, path[..(mountPoint.Length + length)], access | Always | OpenFlagsOfThisMachine.O_NOFOLLOW);
        if (result < 0)
        {
            return (Errno)(-result);
        }

        SafeFileHandle opened = new(result, ownsHandle: true);
        if (Syscall.StatXCached(opened, "\0"u8, StatXMask.STATX_BASIC_STATS, out StatXBuffer found) != 0
            || found.Inode != proxy.Inode || (NodeKind)(found.Mode & 0xf000) != NodeKind.Fifo)
        {
            opened.Dispose();
            return Errno.EXDEV;
        }

        end = opened;
        return Errno.Success;
    }
}
