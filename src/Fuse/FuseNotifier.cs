using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>
/// Notifications from the daemon to the kernel. <b>Never call one from within a request handler, nor while holding a
/// lock that a handler takes</b>: the kernel takes the inode's or the parent directory's lock, which the caller of the
/// request that is being handled may hold, and both sides would wait for each other. Safe on any other thread.
/// Each returns <see cref="Errno.Success"/>, ENOENT if the kernel does not know the node or name (nothing to do),
/// ENOSYS if the protocol agreed on is older than the notification, or what the kernel says (ENODEV: unmounted).
/// </summary>
public sealed class FuseNotifier
{
    // The longest name that the kernel accepts here: FUSE_NAME_MAX in fs/fuse/fuse_i.h.
    private const int MaxName = 1024;
    private const int MaxPrune = 512;

    private readonly FuseChannel _channel;
    private readonly int _minor;

    internal FuseNotifier(FuseChannel channel, int minor)
    {
        _channel = channel;
        _minor = minor;
    }

    private static int HeaderSize => Unsafe.SizeOf<FuseOutHeader>();

    /// <summary>INVAL_INODE: drops a node's cached attributes and the pages of a range.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="offset">First byte to drop; negative: attributes alone.</param>
    /// <param name="length">Bytes to drop; 0: to the end.</param>
    public Errno InvalidateInode(ulong nodeId, long offset = 0, long length = 0) =>
        Send(FuseNotifyCode.INVAL_INODE, new FuseNotifyInvalInodeOut { Ino = nodeId, Off = offset, Len = length });

    /// <summary>INVAL_ENTRY: drops a cached name, positive or negative.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">The name, without a NUL.</param>
    /// <param name="expireOnly">Only look it up again at its next use, keeping what is open or mounted below (7.38); ENOSYS if the kernel is older.</param>
    public Errno InvalidateEntry(ulong parent, ReadOnlySpan<byte> name, bool expireOnly = false)
    {
        if (expireOnly && _minor < 38)
        {
            return Errno.ENOSYS;
        }

        FuseNotifyInvalEntryOut body = new() { Parent = parent, NameLen = (uint)name.Length, Flags = expireOnly ? 1u : 0 };
        return SendNamed(FuseNotifyCode.INVAL_ENTRY, in body, name);
    }

    /// <summary>DELETE: drops a name because <paramref name="child"/> was removed; watchers (inotify) are told.</summary>
    public Errno Delete(ulong parent, ulong child, ReadOnlySpan<byte> name) =>
        SendNamed(FuseNotifyCode.DELETE, new FuseNotifyDeleteOut { Parent = parent, Child = child, NameLen = (uint)name.Length }, name);

    /// <summary>STORE: puts data into a node's page cache.</summary>
    public Errno Store(ulong nodeId, ulong offset, ReadOnlySpan<byte> data) =>
        Send(FuseNotifyCode.STORE, new FuseNotifyStoreOut { NodeId = nodeId, Offset = offset, Size = (uint)data.Length }, data);

    /// <summary>RESEND (7.40): the kernel sends every unanswered request again, with bit 63 in its unique value.</summary>
    public Errno Resend() => _minor < 40 ? Errno.ENOSYS : Send(FuseNotifyCode.RESEND);

    /// <summary>INC_EPOCH (7.44): every cached name is looked up again at its next use.</summary>
    public Errno IncrementEpoch() => _minor < 44 ? Errno.ENOSYS : Send(FuseNotifyCode.INC_EPOCH);

    /// <summary>PRUNE (7.45): the kernel drops these nodes from its cache where nothing uses them, and forgets them. At most 512 at once.</summary>
    public Errno Prune(ReadOnlySpan<ulong> nodeIds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodeIds.Length, MaxPrune, nameof(nodeIds));
        return _minor < 45
            ? Errno.ENOSYS
            : Send(FuseNotifyCode.PRUNE, new FuseNotifyPruneOut { Count = (uint)nodeIds.Length }, MemoryMarshal.AsBytes(nodeIds));
    }

    private Errno SendNamed<T>(FuseNotifyCode code, in T body, ReadOnlySpan<byte> name)
        where T : unmanaged
    {
        if (name.IsEmpty || name.Length > MaxName)
        {
            return name.IsEmpty ? Errno.EINVAL : Errno.ENAMETOOLONG;
        }

        Span<byte> terminated = stackalloc byte[name.Length + 1];
        name.CopyTo(terminated);
        terminated[^1] = 0;
        return Send(code, in body, terminated);
    }

    private Errno Send<T>(FuseNotifyCode code, in T body, ReadOnlySpan<byte> data = default)
        where T : unmanaged
    {
        Span<byte> head = stackalloc byte[HeaderSize + Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(head[HeaderSize..], in body);
        return SendHead(code, head, data);
    }

    private Errno Send(FuseNotifyCode code)
    {
        Span<byte> head = stackalloc byte[HeaderSize];
        return SendHead(code, head, default);
    }

    private Errno SendHead(FuseNotifyCode code, Span<byte> head, ReadOnlySpan<byte> data)
    {
        FuseOutHeader header = new() { Len = (uint)(head.Length + data.Length), Error = (int)code };
        MemoryMarshal.Write(head, in header);
        return (Errno)(-(data.IsEmpty ? _channel.Write(head) : _channel.Write(head, data)));
    }
}
