using Google.Protobuf;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>Protobuf messages as the gRPC layer wants them: the only place where the two meet.</summary>
internal static class ProtobufMarshaller<T>
    where T : class, IMessage<T>, new()
{
    private static readonly MessageParser<T> s_parser = new(static () => new T());

    public static Marshaller<T> Instance { get; } = new(
        static (message, output) => message.WriteTo(output),
        static bytes => s_parser.ParseFrom(bytes));
}
