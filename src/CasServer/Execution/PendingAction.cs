using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasServer.Execution;

/// <summary>An action that waits for a slot, or has one.</summary>
/// <param name="Action">Which.</param>
/// <param name="Metadata">When it reached which point.</param>
/// <param name="Clients">Operations that want it.</param>
public sealed record PendingAction(PreparedAction Action, ExecutionMetadata Metadata, int Clients);
