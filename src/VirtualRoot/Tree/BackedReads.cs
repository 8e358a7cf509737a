namespace VirtualRoot.Tree;

/// <summary>The open files of one node that the kernel reads itself from a backing file. Protected by the gate, but for
/// <see cref="Ended"/>.</summary>
/// <param name="id">The backing file's id on the mount.</param>
/// <param name="close">Gives the id back.</param>
internal sealed class BackedReads(int id, Action<int> close)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The backing file's id on the mount.</summary>
    public int Id => id;

    /// <summary>How many there are.</summary>
    public int Opens { get; set; }

    /// <summary>Ends when the last of them is closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The last of them is closed, or the root is gone.</summary>
    public void End()
    {
        close(id);
        _ended.TrySetResult();
    }
}
