namespace VirtualRoot.Outputs;

/// <summary>The paths of a request, resolved, each once.</summary>
internal sealed class WantedOutputs
{
    /// <exception cref="OutputException">InvalidPath.</exception>
    public WantedOutputs(OutputRequest request)
    {
        Paths = Resolve(request, request.Paths);
        Files = Resolve(request, request.Files);
        Directories = Resolve(request, request.Directories);
    }

    public IReadOnlyList<OutputPath> Paths { get; }

    public IReadOnlyList<OutputPath> Files { get; }

    public IReadOnlyList<OutputPath> Directories { get; }

    public IEnumerable<OutputPath> All => Paths.Concat(Files).Concat(Directories);

    private static List<OutputPath> Resolve(OutputRequest request, IReadOnlyList<string> paths) =>
        [.. paths.Distinct(StringComparer.Ordinal).Select(path => OutputPath.Resolve(request.WorkingDirectory, path))];
}
