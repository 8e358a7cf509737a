namespace VirtualRoot.CasServer.Execution;

/// <summary>An action that cannot be run, known before it was queued.</summary>
internal sealed class ActionRefusedException(ActionStatus status) : Exception(status.Message)
{
    public ActionStatus Status { get; } = status;
}
