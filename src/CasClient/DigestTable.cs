using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.CasClient;

/// <summary>
/// What belongs to digests, in memory, bounded in bytes; what was not asked for since the last sweep goes first. Our own
/// rather than MemoryCache, whose object keys box a digest at each lookup: a lookup here allocates nothing.
/// </summary>
internal sealed class DigestTable<T>(long maxBytes, Func<T, int> bytesOf)
    where T : class
{
    // The dictionary's node, the key and the entry beside the value itself.
    private const int OverheadBytes = 192;

    private readonly ConcurrentDictionary<Digest, Entry> _entries = new();
    private int _isSweeping;
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public bool TryGet(in Digest digest, [NotNullWhen(true)] out T? value)
    {
        if (_entries.TryGetValue(digest, out Entry? entry))
        {
            // Written only when it changes: a hot entry's line stays shared between the cores.
            if (!entry.IsUsed)
            {
                entry.IsUsed = true;
            }

            value = entry.Value;
            return true;
        }

        value = null;
        return false;
    }

    public void Add(in Digest digest, T value)
    {
        if (_entries.TryAdd(digest, new Entry(value))
            && Interlocked.Add(ref _bytes, bytesOf(value) + OverheadBytes) > maxBytes
            && Interlocked.Exchange(ref _isSweeping, 1) == 0)
        {
            // Not here: a sweep of 10,000 entries takes a millisecond, and whoever adds may be a FUSE reader.
            ThreadPool.UnsafeQueueUserWorkItem(static table => table.Sweep(), this, preferLocal: false);
        }
    }

    private void Sweep()
    {
        long low = maxBytes / 8 * 7;
        for (int round = 0; round < 2 && Bytes > low; round++)
        {
            foreach ((Digest digest, Entry entry) in _entries)
            {
                if (Bytes <= low)
                {
                    break;
                }

                if (entry.IsUsed)
                {
                    entry.IsUsed = false;
                }
                else if (_entries.TryRemove(digest, out _))
                {
                    Interlocked.Add(ref _bytes, -(bytesOf(entry.Value) + OverheadBytes));
                }
            }
        }

        Volatile.Write(ref _isSweeping, 0);
    }

    private sealed class Entry(T value)
    {
        private volatile bool _isUsed = true;

        public T Value { get; } = value;

        public bool IsUsed
        {
            get => _isUsed;
            set => _isUsed = value;
        }
    }
}
