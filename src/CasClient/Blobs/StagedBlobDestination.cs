using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>A blob on its way into the disk cache: staged, verified, then renamed into place. A small one that came in one
/// piece (of a batch) is kept in memory, too.</summary>
internal sealed class StagedBlobDestination(BlobWriter writer, int largestKept) : IBlobDestination, IDisposable
{
    private BlobLease? _lease;
    private byte[]? _whole;

    /// <inheritdoc/>
    public long Position => writer.Position;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bool isWhole = writer.Position == 0 && bytes.Length == writer.Digest.SizeBytes && bytes.Length <= largestKept;
        writer.Write(bytes);
        _whole = isWhole ? bytes.ToArray() : null;
    }

    /// <inheritdoc/>
    public void Restart() => writer.Restart();

    /// <inheritdoc/>
    public void Complete() => _lease = writer.CommitAndOpen();

    /// <summary>The blob's bytes, where they were kept; null before it is complete.</summary>
    public byte[]? Whole => _lease is null ? null : _whole;

    /// <summary>The stored blob, once complete; it is the caller's then.</summary>
    public BlobLease TakeLease()
    {
        BlobLease lease = _lease ?? throw new InvalidOperationException("the blob is not complete");
        _lease = null;
        return lease;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lease?.Dispose();
        writer.Dispose();
    }
}
