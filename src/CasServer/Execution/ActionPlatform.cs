namespace VirtualRoot.CasServer.Execution;

/// <summary>What an action asks of its worker by platform properties.</summary>
public sealed record ActionPlatform
{
    /// <summary><c>vroot:special</c>; null: the worker decides.</summary>
    public SpecialTier? Special { get; init; }

    /// <summary><c>vroot:network</c>: <c>on</c> or <c>off</c>; null: the worker decides.</summary>
    public bool? Network { get; init; }

    /// <summary><c>vroot:inputs</c>: whether writes to inputs are refused (<c>read-only</c>) or copy (<c>copy-on-write</c>);
    /// null: the worker decides.</summary>
    public bool? ReadOnlyInputs { get; init; }

    /// <summary>What the client is told about properties that were ignored; a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
