using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Results;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Operations as google.longrunning has them.</summary>
internal static class OperationMessage
{
    /// <summary>An operation in a state that it is or was in.</summary>
    public static Protos.Operation From(ExecutionOperation operation, ExecutionState state)
    {
        CasClient.Digest action = operation.Action.Action;
        Protos.Operation message = new()
        {
            Name = operation.Name,
            Metadata = Any.Pack(new Protos.ExecuteOperationMetadata
            {
                Stage = state.Stage,
                ActionDigest = action.ToMessage(),
                DigestFunction = action.Function.ToMessage(),
                PartialExecutionMetadata = MetadataMessage.From(state.Metadata),
            }),
            Done = state.Response is not null,
        };
        if (state.Response is { } response)
        {
            message.Response = Any.Pack(response);
        }

        return message;
    }
}
