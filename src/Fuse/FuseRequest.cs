using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>
/// Who asks what, as <c>fuse_in_header</c> tells it. Valid only during the call of <see cref="IFuseFileSystem"/> that
/// it was handed to; what outlives the call is the <see cref="FusePendingReply"/> of <see cref="Defer"/>.
/// </summary>
public readonly ref struct FuseRequest
{
    private readonly FuseInHeader _header;
    private readonly FuseReplyPort? _port;

    /// <summary>A request without a session behind it, for calling a file system directly; it cannot be deferred.</summary>
    public FuseRequest(scoped in FuseInHeader header)
        : this(in header, null)
    {
    }

    internal FuseRequest(scoped in FuseInHeader header, FuseReplyPort? port)
    {
        _header = header;
        _port = port;
    }

    /// <summary>Names the request on its connection.</summary>
    public ulong Unique => _header.Unique;

    /// <summary>The node asked about; the directory for operations on a name.</summary>
    public ulong NodeId => _header.NodeId;

    /// <summary>The caller's file-system user id.</summary>
    public uint Uid => _header.Uid;

    /// <summary>The caller's file-system group id.</summary>
    public uint Gid => _header.Gid;

    /// <summary>The calling thread's id; 0 if the kernel asks by itself (readahead, write-back) or the caller is in a foreign pid namespace.</summary>
    public uint Pid => _header.Pid;

    /// <summary>What is asked.</summary>
    public FuseOpcode Opcode => _header.Opcode;

    /// <summary>
    /// Takes the reply out of the call: the operation returns <see cref="FuseResult.Pending"/>, and somebody calls
    /// exactly one of the reply methods of what this returns, on any thread. To be called once at most.
    /// </summary>
    /// <exception cref="InvalidOperationException">The request has no session behind it.</exception>
    public FusePendingReply Defer() =>
        (_port ?? throw new InvalidOperationException("a request made by hand has no session that could reply later")).Defer(in _header);
}
