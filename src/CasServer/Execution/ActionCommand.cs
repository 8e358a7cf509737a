using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasServer.Execution;

/// <summary>What an action runs (REAPI <c>Command</c>). No text contains a NUL; no path leads out of the root by its letters.</summary>
public sealed record ActionCommand
{
    /// <summary>The command and its arguments; at least one.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment; each name once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>From the root, without a leading slash; empty: the root.</summary>
    public string WorkingDirectory { get; init; } = string.Empty;

    /// <summary><c>output_paths</c> (REAPI 2.1); where there are any, clients fill the two older fields for older servers only.</summary>
    public IReadOnlyList<string> OutputPaths { get; init; } = [];

    /// <summary><c>output_files</c>, of clients before REAPI 2.1.</summary>
    public IReadOnlyList<string> OutputFiles { get; init; } = [];

    /// <summary><c>output_directories</c>, of clients before REAPI 2.1.</summary>
    public IReadOnlyList<string> OutputDirectories { get; init; } = [];

    /// <summary>How output directories are told.</summary>
    public OutputDirectoryFormat DirectoryFormat { get; init; }

    /// <summary>Names of node properties wanted of outputs, such as <c>mtime</c> and <c>unix_mode</c>; unknown ones are left out.</summary>
    public IReadOnlyList<string> NodeProperties { get; init; } = [];
}
