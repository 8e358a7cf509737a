using Google.Protobuf;

namespace VirtualRoot.CasClient.Remote;

/// <summary>What Google.Protobuf throws for bytes that are no message.</summary>
internal static class ProtobufFault
{
    /// <summary>Whether <paramref name="exception"/> is such a one. It is an InvalidOperationException, of all things, where a
    /// wrapper (UInt32Value and its kind) is cut off, as of 3.25.</summary>
    public static bool Is(Exception exception) => exception is InvalidProtocolBufferException or InvalidOperationException;
}
