using VirtualRoot.CasClient;

namespace VirtualRoot.CasServer.Execution;

/// <summary>An action whose messages were read and checked (REAPI <c>Action</c>).</summary>
public sealed record PreparedAction
{
    /// <summary>The digest of the <c>Action</c>.</summary>
    public required Digest Action { get; init; }

    /// <summary>The operation that asked for it first; empty: none has.</summary>
    public string Operation { get; init; } = string.Empty;

    /// <summary>The instance name of the request.</summary>
    public required string Instance { get; init; }

    /// <summary>The digest of the input root's <c>Directory</c>.</summary>
    public required Digest InputRoot { get; init; }

    /// <summary>What to run.</summary>
    public required ActionCommand Command { get; init; }

    /// <summary>The longest that it may run, without waiting for inputs; more than 0.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What it asks of the worker.</summary>
    public ActionPlatform Platform { get; init; } = new();

    /// <summary>Whether its result is neither looked up nor stored nor shared.</summary>
    public bool DoNotCache { get; init; }
}
