using Google.Protobuf.WellKnownTypes;

namespace VirtualRoot.CasClient.Results;

/// <summary>Node properties to and from REAPI's message.</summary>
internal static class PropertiesMessage
{
    public static Protos.NodeProperties? From(in NodeProperties properties)
    {
        if (properties.IsEmpty)
        {
            return null;
        }

        Protos.NodeProperties message = new() { UnixMode = properties.UnixMode };
        if (properties.ModificationTime is var (seconds, nanoseconds))
        {
            message.Mtime = new Timestamp { Seconds = seconds, Nanos = (int)nanoseconds };
        }

        return message;
    }

    public static NodeProperties To(Protos.NodeProperties? message) => message is null ? default : new NodeProperties
    {
        ModificationTime = message.Mtime is { } time ? (time.Seconds, (uint)time.Nanos) : null,
        UnixMode = message.UnixMode,
    };
}
