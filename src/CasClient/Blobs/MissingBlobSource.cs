namespace VirtualRoot.CasClient.Blobs;

/// <summary>The source of a session without a server: what is not in the local store is missing.</summary>
internal sealed class MissingBlobSource(string store) : IBlobSource
{
    /// <inheritdoc/>
    public Task FetchAsync(Digest digest, IBlobDestination destination, CancellationToken cancellationToken) =>
        Task.FromException(new CasException(
            CasErrorKind.Missing, $"blob {digest} is not in the local store {store}: push it, or name a server with --cas", digest));
}
