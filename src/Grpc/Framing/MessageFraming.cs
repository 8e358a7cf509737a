using System.Buffers;
using System.Buffers.Binary;

namespace VirtualRoot.Grpc.Framing;

/// <summary>
/// A message on the wire, as PROTOCOL-HTTP2 of gRPC has it:
/// <code>
/// +--------------+------------------------+=================+
/// | compressed 1 | length 4, big-endian   | length bytes    |
/// +--------------+------------------------+=================+
/// </code>
/// HTTP/2 frames cut the stream anywhere.
/// </summary>
internal static class MessageFraming
{
    public const int HeaderLength = 5;

    /// <summary>
    /// Takes the first message off <paramref name="buffer"/>. The length is checked before its bytes are waited for, so that
    /// a hostile one costs no memory.
    /// </summary>
    /// <returns>False if more bytes are needed; <paramref name="buffer"/> is then untouched.</returns>
    /// <exception cref="RpcException">The message is longer than the limit, or compressed.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maximumLength, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (header[0] != 0)
        {
            throw new RpcException(StatusCode.Internal, header[0] == 1
                ? "the peer sent a compressed message, though no compression was negotiated"
                : $"the peer sent a message with the invalid flag {header[0]}");
        }

        if (length > (uint)maximumLength)
        {
            throw new RpcException(StatusCode.ResourceExhausted, $"the peer sent a message of {length} bytes; the limit for received messages is {maximumLength}");
        }

        if (buffer.Length < HeaderLength + (long)length)
        {
            return false;
        }

        message = buffer.Slice(HeaderLength, length);
        buffer = buffer.Slice(message.End);
        return true;
    }

    /// <summary>Writes the header of a message of <paramref name="length"/> bytes.</summary>
    public static void WriteHeader(Span<byte> header, int length)
    {
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
    }
}
