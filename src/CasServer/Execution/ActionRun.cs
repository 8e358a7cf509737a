using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasServer.Execution;

/// <summary>How an action ended (REAPI <c>ExecuteResponse</c>).</summary>
public sealed record ActionRun
{
    /// <summary>What it left; with a status other than OK what could be had of it; null: nothing.</summary>
    public ActionResult? Result { get; init; }

    /// <summary>Whether it could be run: OK even where the command failed. A time limit is DEADLINE_EXCEEDED, with the partial
    /// result; an input that failed is never OK.</summary>
    public ActionStatus Status { get; init; } = ActionStatus.Ok;

    /// <summary>What a person should know; shown by clients.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>The worker's own logs of this action, by name.</summary>
    public IReadOnlyDictionary<string, ServerLogFile> ServerLogs { get; init; } = new Dictionary<string, ServerLogFile>();
}
