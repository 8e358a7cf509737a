using System.Buffers;

namespace VirtualRoot.Grpc.Framing;

/// <summary>
/// A message with its header, serialized into pooled pieces. Pieces, not one growing array: a chunk of 1 MiB is then written
/// once and never moved. Disposing gives the pieces back.
/// </summary>
internal sealed class MessageBuffer : IBufferWriter<byte>, IDisposable
{
    // Small messages take one piece; after that whole HTTP/2 frames (16 KiB) at a time.
    private const int FirstPiece = 4 * 1024;
    private const int FurtherPiece = 128 * 1024;

    private readonly int _maximumLength;
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _current;
    private int _used;
    private int _total;

    private MessageBuffer(int maximumLength)
    {
        _maximumLength = maximumLength;
        _current = ArrayPool<byte>.Shared.Rent(FirstPiece);
        _used = MessageFraming.HeaderLength;
    }

    /// <summary>The message's pieces in order, the first beginning with the header.</summary>
    public IReadOnlyList<ArraySegment<byte>> Pieces => _full;

    /// <summary>Serializes <paramref name="message"/> and puts its header in front.</summary>
    /// <exception cref="RpcException">It is longer than the limit, or its serializer failed.</exception>
    public static MessageBuffer Serialize<T>(Marshaller<T> marshaller, T message, int maximumLength)
    {
        var buffer = new MessageBuffer(maximumLength);
        try
        {
            marshaller.Serialize(message, buffer);
            buffer.Seal();
            return buffer;
        }
        catch (Exception exception)
        {
            buffer.Dispose();
            if (exception is RpcException)
            {
                throw;
            }

            throw new RpcException(StatusCode.Internal, $"a message of type {typeof(T).Name} cannot be serialized: {exception.Message}", exception);
        }
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _current.Length - _used);
        if (count > _maximumLength - _total)
        {
            throw new RpcException(StatusCode.ResourceExhausted, $"the message exceeds {_maximumLength} bytes, the limit for sent messages");
        }

        _used += count;
        _total += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _current.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _current.AsSpan(_used);
    }

    public void Dispose()
    {
        foreach (ArraySegment<byte> piece in _full)
        {
            ArrayPool<byte>.Shared.Return(piece.Array!);
        }

        _full.Clear();
        if (_current.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_current);
            _current = [];
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_current.Length - _used >= Math.Max(sizeHint, 1))
        {
            return;
        }

        _full.Add(new ArraySegment<byte>(_current, 0, _used));
        _current = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, FurtherPiece));
        _used = 0;
    }

    private void Seal()
    {
        _full.Add(new ArraySegment<byte>(_current, 0, _used));
        _current = [];
        _used = 0;
        MessageFraming.WriteHeader(_full[0].AsSpan(0, MessageFraming.HeaderLength), _total);
    }
}
