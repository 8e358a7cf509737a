using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>
/// Repeats what may pass, with backoff, resuming at the offset reached; a corrupt blob is fetched once more from its start.
/// </summary>
/// <remarks>
/// Some servers ignore <c>read_offset</c> and send from 0 again (BuildStream's CAS): a resumed transfer that does not
/// verify says nothing about the blob, so it is repeated from the start, without resuming again.
/// </remarks>
internal sealed class RetryingBlobSource(IBlobSource inner, RetryPolicy policy, BlobStatistics statistics) : IBlobSource
{
    /// <inheritdoc/>
    public async Task FetchAsync(Digest digest, IBlobDestination destination, CancellationToken cancellationToken)
    {
        bool mayResume = true;
        bool refetched = false;
        await policy.ExecuteAsync(Attempt, () => destination.Position, cancellationToken);

        async Task<bool> Attempt(CancellationToken token)
        {
            while (true)
            {
                if (!mayResume)
                {
                    destination.Restart();
                }

                bool resumed = destination.Position > 0;
                try
                {
                    await inner.FetchAsync(digest, destination, token);
                    return true;
                }
                catch (CasException exception) when (exception.Kind == CasErrorKind.Corrupt && (resumed || !refetched))
                {
                    statistics.CountCorrupt();
                    mayResume &= !resumed;
                    refetched |= !resumed;
                    destination.Restart();
                }
            }
        }
    }
}
