using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>What an operation of <see cref="IFuseFileSystem"/> returns: success, an errno, or "the reply comes later".</summary>
public readonly struct FuseResult
{
    private const int PendingValue = -1;
    private readonly int _value;

    private FuseResult(int value) => _value = value;

    /// <summary>The operation has filled in its reply.</summary>
    public static FuseResult Success => default;

    /// <summary>The operation called <see cref="FuseRequest.Defer"/>; its <see cref="FusePendingReply"/> answers later.</summary>
    public static FuseResult Pending => new(PendingValue);

    /// <summary>Whether the reply comes later.</summary>
    public bool IsPending => _value == PendingValue;

    /// <summary>The errno to answer; <see cref="Errno.Success"/> if the reply is filled in or comes later.</summary>
    public Errno Errno => _value < 0 ? Errno.Success : (Errno)_value;

    /// <summary>Fails the request with <paramref name="errno"/>.</summary>
    public static implicit operator FuseResult(Errno errno) => new((int)errno);
}
