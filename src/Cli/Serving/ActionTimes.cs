using VirtualRoot.CasClient.Results;

namespace VirtualRoot.Cli.Serving;

/// <summary>When an action reached which point; told to clients as it goes on.</summary>
internal sealed class ActionTimes(IProgress<ExecutionMetadata> progress)
{
    /// <summary>What is known so far.</summary>
    public ExecutionMetadata Metadata { get; private set; } = new();

    /// <summary>Another point was reached.</summary>
    public void Reach(Func<ExecutionMetadata, DateTimeOffset, ExecutionMetadata> change)
    {
        Metadata = change(Metadata, DateTimeOffset.UtcNow);
        progress.Report(Metadata);
    }
}
