using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.CasClient.Storage;

/// <summary>Where a <see cref="BlobStore"/> lies and how large it may grow.</summary>
public sealed record BlobStoreOptions
{
    /// <summary>The store's directory; made (mode 0700) where it does not exist.</summary>
    public required string Directory { get; init; }

    /// <summary>The bound, in bytes on disk: each blob counts in whole blocks of 4 KiB, as file systems store it.</summary>
    public long MaxBytes { get; init; } = 10L << 30;

    /// <summary>Eviction goes down to this part of <see cref="MaxBytes"/>, so that it is rare: more than 0, at most 1.</summary>
    public double LowWaterFraction { get; init; } = 0.9;

    /// <summary>How long a blob's last use (its mtime) may lag behind: a use within this time writes nothing to disk.</summary>
    public TimeSpan TouchGranularity { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether what was stored outlasts a power failure: for a CAS that others rely on. A blob's bytes are flushed before
    /// it gets its name, and its name before anybody is told (ADR 20). A cache checks sizes instead.</summary>
    public bool Durable { get; init; }

    /// <summary>Where damage, eviction and sweeping are told.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Lists what lies below a digest function's directory; tests come in between.</summary>
    internal Func<string, IEnumerable<StoredBlob>> Listing { get; init; } = StoredBlob.List;

    /// <summary>fsync(2) of a file or directory; tests come in between.</summary>
    internal Action<SafeFileHandle> Flush { get; init; } = RandomAccess.FlushToDisk;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">All faults at once, one a line.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (string.IsNullOrEmpty(Directory))
        {
            faults.Add("the store's directory is empty: name one");
        }

        if (MaxBytes < BlobStore.BlockSize)
        {
            faults.Add($"the store's bound is {MaxBytes} bytes: at least {BlobStore.BlockSize} are needed");
        }

        if (!(LowWaterFraction is > 0 and <= 1))
        {
            faults.Add($"the low-water fraction is {LowWaterFraction}: it is more than 0 and at most 1");
        }

        if (TouchGranularity < TimeSpan.Zero)
        {
            faults.Add($"the touch granularity is {TouchGranularity}: it is not negative");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join('\n', faults));
        }
    }
}
