namespace VirtualRoot.Scratch;

/// <summary>
/// The scratch files whose descriptors are open: a bounded number, since a process may hold some 20,000 descriptors and
/// an action may hold more files open. Beyond the bound the one that was opened first and not used since goes; it is
/// opened again when it is needed. The object itself is the lock of its files' descriptors, a leaf.
/// </summary>
internal sealed class OpenScratchFiles(int limit)
{
    private readonly LinkedList<ScratchFile> _open = new();

    /// <summary>Open descriptors now. Under the lock.</summary>
    public int Count => _open.Count;

    /// <summary>Takes note of a file that was just opened. Under the lock.</summary>
    public void Add(ScratchFile file)
    {
        while (_open.Count >= limit)
        {
            ScratchFile oldest = _open.First!.Value;
            _open.RemoveFirst();
            if (oldest.IsRecent)
            {
                oldest.IsRecent = false;
                _open.AddLast(oldest.OpenNode);
            }
            else
            {
                oldest.CloseHandle();
            }
        }

        _open.AddLast(file.OpenNode);
    }

    /// <summary>A file is being closed. Under the lock.</summary>
    public void Remove(ScratchFile file) => _open.Remove(file.OpenNode);
}
