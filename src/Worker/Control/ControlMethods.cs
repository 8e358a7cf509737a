using Google.Protobuf;
using VirtualRoot.Grpc;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Worker.Control;

/// <summary>The calls of the control API.</summary>
internal static class ControlMethods
{
    private const string Service = "vroot.control.v1.Control";

    public static Method<CommitRequest, CommitResponse> Commit { get; } = Create<CommitRequest, CommitResponse>("Commit");

    public static Method<CreateRootRequest, Protos.Root> CreateRoot { get; } = Create<CreateRootRequest, Protos.Root>("CreateRoot");

    public static Method<GetRootRequest, Protos.Root> GetRoot { get; } = Create<GetRootRequest, Protos.Root>("GetRoot");

    public static Method<ListRootsRequest, ListRootsResponse> ListRoots { get; } = Create<ListRootsRequest, ListRootsResponse>("ListRoots");

    public static Method<WaitRootRequest, WaitRootResponse> WaitRoot { get; } = Create<WaitRootRequest, WaitRootResponse>("WaitRoot");

    public static Method<SetActionInitRequest, SetActionInitResponse> SetActionInit { get; } = Create<SetActionInitRequest, SetActionInitResponse>("SetActionInit");

    public static Method<DestroyRootRequest, DestroyRootResponse> DestroyRoot { get; } = Create<DestroyRootRequest, DestroyRootResponse>("DestroyRoot");

    private static Method<TRequest, TResponse> Create<TRequest, TResponse>(string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(MethodType.Unary, Service, name, MarshallerOf<TRequest>(), MarshallerOf<TResponse>());

    private static Marshaller<T> MarshallerOf<T>()
        where T : class, IMessage<T>, new()
    {
        MessageParser<T> parser = new(static () => new T());
        return new Marshaller<T>(static (message, output) => message.WriteTo(output), bytes => parser.ParseFrom(bytes));
    }
}
