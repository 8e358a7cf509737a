using VirtualRoot.CasClient.Results;

namespace VirtualRoot.Outputs;

/// <summary>
/// Which outputs of an action are wanted, as REAPI's <c>Command</c> asks for them. Paths are relative to the working
/// directory, parts separated by one slash each; <c>.</c> and <c>..</c> are resolved by the letter, and may not lead out of
/// the root. The empty path is the working directory itself. A path that is named twice is captured once.
/// </summary>
public sealed record OutputRequest
{
    /// <summary>The working directory, from the root; with or without a leading slash; empty: the root.</summary>
    public string WorkingDirectory { get; init; } = string.Empty;

    /// <summary><c>output_paths</c>: files, directories or links, whichever they turn out to be.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary><c>output_files</c>, of clients before REAPI 2.1: a directory there is refused.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary><c>output_directories</c>, of clients before REAPI 2.1: a file there is refused.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>How directories are told.</summary>
    public OutputDirectoryFormat DirectoryFormat { get; init; }

    /// <summary>Which node properties are told of what the action made or changed. An unchanged input below an output
    /// directory keeps those that it came with, so that its directory keeps its digest.</summary>
    public OutputProperties Properties { get; init; }

    /// <summary>Output texts up to this many bytes stand in the result; longer ones become blobs.</summary>
    public int MaxInlineTextBytes { get; init; } = 64 * 1024;

    /// <summary>How long a file that is still open for writing is waited for. The kernel closes the files of a process
    /// that has ended some moments later.</summary>
    public TimeSpan WriterPatience { get; init; } = TimeSpan.FromSeconds(5);
}
