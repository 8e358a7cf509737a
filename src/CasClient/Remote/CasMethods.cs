using Google.Protobuf;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>The calls of REAPI v2 and ByteStream, for the client, the embedded server and their tests.</summary>
internal static class CasMethods
{
    public const string ContentAddressableStorage = "build.bazel.remote.execution.v2.ContentAddressableStorage";
    public const string ActionCache = "build.bazel.remote.execution.v2.ActionCache";
    public const string Capabilities = "build.bazel.remote.execution.v2.Capabilities";
    public const string ByteStream = "google.bytestream.ByteStream";

    public static Method<GetCapabilitiesRequest, ServerCapabilities> GetCapabilities { get; } =
        Create<GetCapabilitiesRequest, ServerCapabilities>(MethodType.Unary, Capabilities, "GetCapabilities");

    public static Method<FindMissingBlobsRequest, FindMissingBlobsResponse> FindMissingBlobs { get; } =
        Create<FindMissingBlobsRequest, FindMissingBlobsResponse>(MethodType.Unary, ContentAddressableStorage, "FindMissingBlobs");

    public static Method<BatchUpdateBlobsRequest, BatchUpdateBlobsResponse> BatchUpdateBlobs { get; } =
        Create<BatchUpdateBlobsRequest, BatchUpdateBlobsResponse>(MethodType.Unary, ContentAddressableStorage, "BatchUpdateBlobs");

    public static Method<BatchReadBlobsRequest, BatchReadBlobsResponse> BatchReadBlobs { get; } =
        Create<BatchReadBlobsRequest, BatchReadBlobsResponse>(MethodType.Unary, ContentAddressableStorage, "BatchReadBlobs");

    public static Method<GetTreeRequest, GetTreeResponse> GetTree { get; } =
        Create<GetTreeRequest, GetTreeResponse>(MethodType.ServerStreaming, ContentAddressableStorage, "GetTree");

    /// <summary><see cref="GetTree"/> with the directories as they stood on the wire, to be hashed as they are.</summary>
    public static Method<GetTreeRequest, TreePage> GetTreePages { get; } = new(
        MethodType.ServerStreaming,
        ContentAddressableStorage,
        "GetTree",
        ProtobufMarshaller<GetTreeRequest>.Instance,
        new Marshaller<TreePage>(static (_, _) => throw new NotSupportedException("pages are only read"), TreePage.Parse));

    public static Method<GetActionResultRequest, ActionResult> GetActionResult { get; } =
        Create<GetActionResultRequest, ActionResult>(MethodType.Unary, ActionCache, "GetActionResult");

    public static Method<UpdateActionResultRequest, ActionResult> UpdateActionResult { get; } =
        Create<UpdateActionResultRequest, ActionResult>(MethodType.Unary, ActionCache, "UpdateActionResult");

    public static Method<ReadRequest, ReadResponse> Read { get; } =
        Create<ReadRequest, ReadResponse>(MethodType.ServerStreaming, ByteStream, "Read");

    public static Method<WriteRequest, WriteResponse> Write { get; } =
        Create<WriteRequest, WriteResponse>(MethodType.ClientStreaming, ByteStream, "Write");

    public static Method<QueryWriteStatusRequest, QueryWriteStatusResponse> QueryWriteStatus { get; } =
        Create<QueryWriteStatusRequest, QueryWriteStatusResponse>(MethodType.Unary, ByteStream, "QueryWriteStatus");

    private static Method<TRequest, TResponse> Create<TRequest, TResponse>(MethodType type, string service, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(type, service, name, ProtobufMarshaller<TRequest>.Instance, ProtobufMarshaller<TResponse>.Instance);
}
