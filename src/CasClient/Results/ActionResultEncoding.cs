using Google.Protobuf;
using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Results;

/// <summary>REAPI's two forms of an <see cref="ActionResult"/>: the message's bytes, and its JSON.</summary>
public static class ActionResultEncoding
{
    /// <summary>The protobuf message.</summary>
    public static byte[] Encode(ActionResult result) => ActionResultMessage.From(result).ToByteArray();

    /// <summary>The message as proto3 JSON: camelCase names, 64-bit numbers as strings, bytes in base64; one line. Without
    /// <see cref="ExecutionMetadata.Auxiliary"/>: JSON wants to know the types of these messages.</summary>
    public static string ToJson(ActionResult result) =>
        JsonFormatter.Default.Format(ActionResultMessage.From(result with { Metadata = result.Metadata is { } metadata ? metadata with { Auxiliary = [] } : null }));

    /// <summary>Reads a message.</summary>
    /// <exception cref="CasException">Malformed: no such message, or a digest in it is none.</exception>
    public static ActionResult Decode(ReadOnlyMemory<byte> message)
    {
        try
        {
            return ActionResultMessage.To(Protos.ActionResult.Parser.ParseFrom(message.Span));
        }
        catch (Exception exception) when (ProtobufFault.Is(exception))
        {
            throw new CasException(CasErrorKind.Malformed, $"an action result of {message.Length} bytes is no protobuf message", null, exception);
        }
    }
}
