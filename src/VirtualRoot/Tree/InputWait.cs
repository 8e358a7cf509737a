namespace VirtualRoot.Tree;

/// <summary>One wait for an input, from its making to its disposal.</summary>
internal readonly struct InputWait : IDisposable
{
    private readonly RootStatistics? _statistics;

    internal InputWait(RootStatistics statistics)
    {
        _statistics = statistics;
        statistics.BeginWait();
    }

    /// <inheritdoc/>
    public void Dispose() => _statistics?.EndWait();
}
