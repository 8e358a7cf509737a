namespace VirtualRoot.CasClient.Results;

/// <summary>What an action left (REAPI <c>ActionResult</c>), in this project's terms.</summary>
public sealed record ActionResult
{
    /// <summary>Regular files.</summary>
    public IReadOnlyList<OutputFile> Files { get; init; } = [];

    /// <summary>Directories.</summary>
    public IReadOnlyList<OutputDirectory> Directories { get; init; } = [];

    /// <summary>Links among <c>output_paths</c> (REAPI 2.1).</summary>
    public IReadOnlyList<OutputSymlink> Symlinks { get; init; } = [];

    /// <summary>Links among the older <c>output_files</c>.</summary>
    public IReadOnlyList<OutputSymlink> FileSymlinks { get; init; } = [];

    /// <summary>Links among the older <c>output_directories</c>.</summary>
    public IReadOnlyList<OutputSymlink> DirectorySymlinks { get; init; } = [];

    /// <summary>The command's exit code.</summary>
    public int ExitCode { get; init; }

    /// <summary>Standard output; null: not captured.</summary>
    public OutputText? Stdout { get; init; }

    /// <summary>Standard error; null: not captured.</summary>
    public OutputText? Stderr { get; init; }

    /// <summary>When and where it ran.</summary>
    public ExecutionMetadata? Metadata { get; init; }
}
