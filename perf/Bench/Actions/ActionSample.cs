using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Bench.Actions;

/// <summary>One run of an action, in nanoseconds: as its client saw it, and as ExecutedActionMetadata tells it.</summary>
/// <param name="Wall">From the call to its last message.</param>
/// <param name="Prepare">From the worker's start to the execution's.</param>
/// <param name="Run">The execution.</param>
/// <param name="Finish">From the execution's end to the worker's.</param>
internal readonly record struct ActionSample(double Wall, double Prepare, double Run, double Finish)
{
    public static ActionSample Of(double wall, Protos.ExecutedActionMetadata metadata)
    {
        DateTimeOffset started = metadata.ExecutionStartTimestamp.ToDateTimeOffset();
        DateTimeOffset completed = metadata.ExecutionCompletedTimestamp.ToDateTimeOffset();
        return new ActionSample(
            wall,
            (started - metadata.WorkerStartTimestamp.ToDateTimeOffset()).TotalNanoseconds,
            (completed - started).TotalNanoseconds,
            (metadata.WorkerCompletedTimestamp.ToDateTimeOffset() - completed).TotalNanoseconds);
    }
}
