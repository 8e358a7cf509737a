namespace VirtualRoot.Outputs;

/// <summary>Outputs that cannot be captured. The message is one line and names the path and the remedy.</summary>
public sealed class OutputException(OutputErrorKind kind, string message) : Exception(message)
{
    /// <summary>What went wrong.</summary>
    public OutputErrorKind Kind { get; } = kind;
}
