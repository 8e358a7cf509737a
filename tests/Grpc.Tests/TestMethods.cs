using System.Buffers;

namespace VirtualRoot.Grpc.Tests;

/// <summary>A service whose messages are plain bytes, so that any peer can serve it without generated code.</summary>
internal static class TestMethods
{
    public const string Service = "vroot.test.Peer";

    public static readonly Marshaller<byte[]> Bytes = new(
        static (message, writer) => writer.Write(message),
        static sequence => sequence.ToArray());

    public static readonly Method<byte[], byte[]> Unary = new(MethodType.Unary, Service, "Unary", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> ServerStreaming = new(MethodType.ServerStreaming, Service, "ServerStreaming", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> ClientStreaming = new(MethodType.ClientStreaming, Service, "ClientStreaming", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> Duplex = new(MethodType.DuplexStreaming, Service, "Duplex", Bytes, Bytes);
    public static readonly Method<byte[], byte[]> Unknown = new(MethodType.Unary, Service, "Unknown", Bytes, Bytes);
}
