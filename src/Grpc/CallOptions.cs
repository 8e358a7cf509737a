namespace VirtualRoot.Grpc;

/// <summary>What one call asks for beyond its request.</summary>
/// <param name="Headers">Metadata sent with the call, after the channel's own.</param>
/// <param name="Timeout">The time the whole call may take; null for no limit. Sent to the server, and enforced here.</param>
/// <param name="CancellationToken">Cancels the call, which then ends as <see cref="StatusCode.Cancelled"/>.</param>
public readonly record struct CallOptions(
    Metadata? Headers = null,
    TimeSpan? Timeout = null,
    CancellationToken CancellationToken = default);
