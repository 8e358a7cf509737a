using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>The calls of REAPI's Execution and of google.longrunning's Operations, for the server and its tests.</summary>
internal static class ExecutionMethods
{
    public const string ExecutionService = "build.bazel.remote.execution.v2.Execution";
    public const string OperationsService = "google.longrunning.Operations";

    public static Method<ExecuteRequest, Operation> Execute { get; } =
        Create<ExecuteRequest, Operation>(MethodType.ServerStreaming, ExecutionService, "Execute");

    public static Method<WaitExecutionRequest, Operation> WaitExecution { get; } =
        Create<WaitExecutionRequest, Operation>(MethodType.ServerStreaming, ExecutionService, "WaitExecution");

    public static Method<ListOperationsRequest, ListOperationsResponse> ListOperations { get; } =
        Create<ListOperationsRequest, ListOperationsResponse>(MethodType.Unary, OperationsService, "ListOperations");

    public static Method<GetOperationRequest, Operation> GetOperation { get; } =
        Create<GetOperationRequest, Operation>(MethodType.Unary, OperationsService, "GetOperation");

    public static Method<DeleteOperationRequest, Empty> DeleteOperation { get; } =
        Create<DeleteOperationRequest, Empty>(MethodType.Unary, OperationsService, "DeleteOperation");

    public static Method<CancelOperationRequest, Empty> CancelOperation { get; } =
        Create<CancelOperationRequest, Empty>(MethodType.Unary, OperationsService, "CancelOperation");

    public static Method<WaitOperationRequest, Operation> WaitOperation { get; } =
        Create<WaitOperationRequest, Operation>(MethodType.Unary, OperationsService, "WaitOperation");

    private static Method<TRequest, TResponse> Create<TRequest, TResponse>(MethodType type, string service, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(type, service, name, ProtobufMarshaller<TRequest>.Instance, ProtobufMarshaller<TResponse>.Instance);
}
