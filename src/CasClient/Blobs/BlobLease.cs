using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>An open, read-only, verified blob file. Dispose it to allow eviction; its owner is whoever asked for it.</summary>
public sealed class BlobLease : IDisposable
{
    private Action? _release;

    /// <summary>A lease on <paramref name="handle"/>, which it owns; <paramref name="release"/> runs once, at the end.</summary>
    public BlobLease(SafeFileHandle handle, long sizeBytes, Action? release = null)
    {
        Handle = handle;
        SizeBytes = sizeBytes;
        _release = release;
    }

    /// <summary>The blob's bytes, opened O_RDONLY; read it by position only.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The blob's size in bytes.</summary>
    public long SizeBytes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
