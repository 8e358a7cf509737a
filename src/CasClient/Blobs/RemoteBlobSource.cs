using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>Brings blobs from a server: small ones gathered into batches, large or resumed ones each as a stream.</summary>
internal sealed class RemoteBlobSource(CasConnection connection, BatchReader batches) : IBlobSource
{
    /// <inheritdoc/>
    public async Task FetchAsync(Digest digest, IBlobDestination destination, CancellationToken cancellationToken)
    {
        if (destination.Position == digest.SizeBytes)
        {
            return;
        }

        if (destination.Position == 0 && digest.SizeBytes <= connection.MaxBatchedBlobBytes && batches.IsSupported)
        {
            ReadOnlyMemory<byte>? bytes = await batches.ReadAsync(digest, cancellationToken);
            if (bytes is { } whole)
            {
                destination.Write(whole.Span);
                return;
            }
        }

        await connection.ReadAsync(digest, destination.Position, 0, destination, cancellationToken);
    }
}
