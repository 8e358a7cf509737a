using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>A blob on its way into the disk cache: staged, verified, then renamed into place.</summary>
internal sealed class StagedBlobDestination(BlobWriter writer) : IBlobDestination, IDisposable
{
    private BlobLease? _lease;

    /// <inheritdoc/>
    public long Position => writer.Position;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => writer.Write(bytes);

    /// <inheritdoc/>
    public void Restart() => writer.Restart();

    /// <inheritdoc/>
    public void Complete() => _lease = writer.CommitAndOpen();

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
