using System.Buffers;
using System.Runtime.CompilerServices;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>
/// A pooled buffer for the data of a deferred reply, with room for the reply's header before it, so that header and
/// data leave in one write. <see cref="FusePendingReply.ReplyData(FuseReplyBuffer, int)"/> takes it back; whoever does
/// not get that far disposes it.
/// </summary>
public sealed class FuseReplyBuffer : IDisposable
{
    private byte[]? _array;

    internal FuseReplyBuffer(int size)
    {
        Size = size;
        _array = ArrayPool<byte>.Shared.Rent(HeaderSize + size);
    }

    /// <summary>Room for data in bytes, as rented.</summary>
    public int Size { get; }

    /// <summary>The room for data.</summary>
    public Memory<byte> Memory => Array.AsMemory(HeaderSize, Size);

    /// <summary>The room for data.</summary>
    public Span<byte> Span => Array.AsSpan(HeaderSize, Size);

    private static int HeaderSize => Unsafe.SizeOf<FuseOutHeader>();

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(FuseReplyBuffer));

    /// <summary>Header and the first <paramref name="length"/> bytes of data.</summary>
    internal Span<byte> Message(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Size, nameof(length));
        return Array.AsSpan(0, HeaderSize + length);
    }

    /// <summary>Gives the buffer back to the pool.</summary>
    public void Dispose()
    {
        byte[]? array = Interlocked.Exchange(ref _array, null);
        if (array is not null)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
