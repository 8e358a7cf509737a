using VirtualRoot.Linux;

namespace VirtualRoot.Special.Trace;

/// <summary>What was done to one special path.</summary>
public sealed record SpecialTraceRow
{
    /// <summary>The path in the root; PID, TID and N stand for any number.</summary>
    public required string Path { get; init; }

    /// <summary>How often each operation came, those that were refused included.</summary>
    public required IReadOnlyDictionary<SpecialOperation, long> Operations { get; init; }

    /// <summary>How many of them failed.</summary>
    public required long Refused { get; init; }

    /// <summary>Why the first of those failed: ENOENT for what is not on the allow-list.</summary>
    public required Errno? FirstErrno { get; init; }

    /// <summary>The command name (<c>/proc/PID/comm</c>) of who came first; empty if it had ended already.</summary>
    public required string FirstCommand { get; init; }

    /// <summary>Why what it tells makes an action's result irreproducible; null: it does not.</summary>
    public required SpecialVariation? Variation { get; init; }
}
