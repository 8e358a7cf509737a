namespace VirtualRoot.Building;

/// <summary>A build directory cannot be served, or a root not be made in it. The message names which, and the remedy.</summary>
public sealed class BuildDirectoryException(BuildDirectoryErrorKind kind, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public BuildDirectoryErrorKind Kind { get; } = kind;
}
