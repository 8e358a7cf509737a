using VirtualRoot.CasClient.Results;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Execution;

/// <summary>How far an action, or a client's operation on it, has come. Immutable.</summary>
/// <param name="Stage">REAPI's stage; Completed with the response, and only then.</param>
/// <param name="Metadata">What is known so far.</param>
/// <param name="Response">The end.</param>
internal sealed record ExecutionState(Stage Stage, ExecutionMetadata Metadata, Protos.ExecuteResponse? Response = null)
{
    /// <summary>Why the action was not even queued: the call that asked for it ends with this status.</summary>
    public ActionStatus? Refusal { get; init; }

    /// <summary>The last state.</summary>
    public ExecutionState Completed(Protos.ExecuteResponse response) => this with { Stage = Stage.Completed, Response = response };
}
