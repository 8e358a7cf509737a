namespace VirtualRoot.CasClient.Results;

/// <summary>When and where an action ran (REAPI <c>ExecutedActionMetadata</c>); what is null is not told.</summary>
public sealed record ExecutionMetadata
{
    /// <summary>The worker's name.</summary>
    public string Worker { get; init; } = string.Empty;

    /// <summary>The action was queued.</summary>
    public DateTimeOffset? Queued { get; init; }

    /// <summary>The worker received it.</summary>
    public DateTimeOffset? WorkerStart { get; init; }

    /// <summary>The worker was done with it.</summary>
    public DateTimeOffset? WorkerCompleted { get; init; }

    /// <summary>Inputs began to be prepared.</summary>
    public DateTimeOffset? InputFetchStart { get; init; }

    /// <summary>Inputs were prepared.</summary>
    public DateTimeOffset? InputFetchCompleted { get; init; }

    /// <summary>The command was started.</summary>
    public DateTimeOffset? ExecutionStart { get; init; }

    /// <summary>The last process of the action had ended.</summary>
    public DateTimeOffset? ExecutionCompleted { get; init; }

    /// <summary>The time that the action ran, less what it waited for inputs.</summary>
    public TimeSpan? VirtualExecutionDuration { get; init; }

    /// <summary>Outputs began to be captured.</summary>
    public DateTimeOffset? OutputUploadStart { get; init; }

    /// <summary>Outputs were in the CAS.</summary>
    public DateTimeOffset? OutputUploadCompleted { get; init; }

    /// <summary>Further messages: their type URL (<c>type.googleapis.com/package.Message</c>) and encoded bytes.</summary>
    public IReadOnlyList<(string TypeUrl, ReadOnlyMemory<byte> Message)> Auxiliary { get; init; } = [];
}
