using System.Buffers;

namespace VirtualRoot.Grpc;

/// <summary>How messages of one type become bytes and come from them. This layer knows no serialization format itself.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="serialize">Writes the message; may ask for spans as often as it likes.</param>
/// <param name="deserialize">Reads a whole message. The bytes are valid during the call only: what is kept must be copied.</param>
public sealed class Marshaller<T>(Action<T, IBufferWriter<byte>> serialize, Func<ReadOnlySequence<byte>, T> deserialize)
{
    /// <summary>Writes a message's bytes.</summary>
    public Action<T, IBufferWriter<byte>> Serialize { get; } = serialize;

    /// <summary>Reads a message from its bytes.</summary>
    public Func<ReadOnlySequence<byte>, T> Deserialize { get; } = deserialize;
}
