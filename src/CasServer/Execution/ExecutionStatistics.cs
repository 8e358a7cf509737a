namespace VirtualRoot.CasServer.Execution;

/// <summary>What the execution service is at.</summary>
/// <param name="Slots">Actions that may run at once.</param>
/// <param name="Running">Actions that have a slot.</param>
/// <param name="Queued">Actions that wait for one.</param>
/// <param name="Completed">Runs that have ended, however they did.</param>
/// <param name="Merged">Requests that joined a run under way.</param>
public sealed record ExecutionStatistics(int Slots, int Running, int Queued, long Completed, long Merged);
