using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Storage;

/// <summary>
/// Commits the blobs of a durable store in groups: while the disk is waited for, the next group gathers, whoever's blobs
/// they are. Of a group all bytes are flushed, then all names are given, then the directories of these are flushed, and
/// only then is anybody answered. fsync(2) of these files alone rather than syncfs(2), which would wait for all that
/// running actions have written beside the store.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    /// <summary>Blobs in a group: beyond it a group gains nothing more, and the first of it waits longer.</summary>
    private const int MaxGroup = 256;

    /// <summary>Flushes at the same time: the file system makes one transaction of them, the disk's queue one flush.</summary>
    private const int Flushes = 8;

    /// <summary>Blobs of batches that may be written and wait: each holds a descriptor, and a message may bring 80,000.</summary>
    private const int MaxWaiting = 2 * MaxGroup;

    private readonly BlobStore _store;
    private readonly BlockingCollection<Entry> _queue = [];
    private readonly Thread _thread;

    /// <summary>Starts its thread.</summary>
    public GroupCommit(BlobStore store)
    {
        _store = store;
        _thread = new Thread(Run) { IsBackground = true, Name = "vroot-cas-commit" };
        _thread.Start();
    }

    /// <summary>What a blob of a batch takes before it is written, and gives back once it is committed. Never disposed: what is
    /// committed at the end gives it back a moment later.</summary>
    public SemaphoreSlim Room { get; } = new(MaxWaiting);

    /// <summary>Commits an unfinished, verified blob. The caller keeps <paramref name="handle"/> open until the task has ended.</summary>
    /// <exception cref="ObjectDisposedException">The store has ended.</exception>
    public Task AddAsync(SafeFileHandle handle, long number, in Digest digest)
    {
        Entry entry = new(handle, number, digest);
        try
        {
            _queue.Add(entry);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(BlobStore));
        }

        return entry.Done.Task;
    }

    /// <summary>Commits what is queued, and ends.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        List<Entry> group = [];
        foreach (Entry first in _queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < MaxGroup && _queue.TryTake(out Entry? next))
            {
                group.Add(next);
            }

            Commit(group);
            group.ForEach(static entry => entry.End());
            group.Clear();
        }
    }

    private void Commit(List<Entry> group)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = Flushes };
        group.ForEach(static entry => _ = Syscall.SyncFileRange(entry.Handle));
        Parallel.ForEach(group, options, entry => entry.Failure = Try(() => _store.Flush(entry.Handle, entry.Digest)));
        foreach (Entry entry in group.Where(static entry => entry.Failure is null))
        {
            entry.Failure = Try(() => _store.GiveName(entry.Number, entry.Digest));
        }

        IGrouping<(DigestFunction Function, byte First), Entry>[] directories = [.. group.Where(static entry => entry.Failure is null)
            .GroupBy(static entry => (entry.Digest.Function, entry.Digest.Hash[0]))];
        Parallel.ForEach(directories, options, entries =>
        {
            Exception? failure = Try(() => _store.FlushName(entries.First().Digest));
            foreach (Entry entry in entries)
            {
                entry.Failure = failure;
            }
        });
    }

    private static Exception? Try(Action step)
    {
        try
        {
            step();
            return null;
        }
#pragma warning disable CA1031 // Whoever waits for the blob gets it; the thread serves the others.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return failure;
        }
    }

    private sealed class Entry(SafeFileHandle handle, long number, Digest digest)
    {
        public SafeFileHandle Handle => handle;

        public long Number => number;

        public Digest Digest => digest;

        public Exception? Failure { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End()
        {
            if (Failure is null)
            {
                Done.SetResult();
            }
            else
            {
                Done.SetException(Failure);
            }
        }
    }
}
