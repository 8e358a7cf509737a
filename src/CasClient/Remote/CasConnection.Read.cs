using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>ByteStream reads and GetTree.</summary>
public sealed partial class CasConnection
{
    /// <summary>Streams a blob's bytes from <paramref name="offset"/> on, at most <paramref name="limit"/> of them (0: all).
    /// Unverified, not retried: what came before a failure is in the destination.</summary>
    internal async Task ReadAsync(Digest digest, long offset, long limit, IBlobDestination destination, CancellationToken cancellationToken)
    {
        // A resumed read is rare, and offsets into a compressed blob are a corner that servers get wrong.
        bool zstd = offset == 0 && limit == 0 && UsesZstd((await GetCapabilitiesAsync(cancellationToken)).HasZstd);
        var request = new ReadRequest
        {
            ResourceName = ResourceName.OfRead(_options.Instance, digest, zstd),
            ReadOffset = offset,
            ReadLimit = limit,
        };
        using var decompression = zstd ? new StreamedDecompression(destination, digest) : null;
        _statistics.CountStream();
        await foreach (ReadResponse response in StreamAsync(CasMethods.Read, request, $"blob {digest}", digest, cancellationToken))
        {
            if (decompression is null)
            {
                destination.Write(response.Data.Span);
            }
            else
            {
                decompression.Write(response.Data.Span);
            }
        }
    }

    /// <summary>The directories below <paramref name="root"/> as encoded on the wire; unverified, in the server's order, perhaps repeated.</summary>
    /// <exception cref="CasException">Unsupported: the server has no GetTree.</exception>
    internal async IAsyncEnumerable<TreePage> GetTreeAsync(
        Digest root, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string token = string.Empty;
        bool more = true;
        while (more)
        {
            var request = new GetTreeRequest
            {
                InstanceName = _options.Instance,
                RootDigest = root.ToMessage(),
                PageToken = token,
                DigestFunction = root.Function.ToMessage(),
            };
            string next = string.Empty;
            _statistics.CountTreeCall();
            await foreach (TreePage page in StreamAsync(CasMethods.GetTreePages, request, $"the tree of {root}", root, cancellationToken))
            {
                next = page.NextPageToken;
                yield return page;
            }

            more = next.Length > 0 && next != token;
            token = next;
        }
    }

    private async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        TRequest request,
        string what,
        Digest digest,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(_options.StallTimeout, _options.Time, _closing.Token, cancellationToken);
        using AsyncServerStreamingCall<TResponse> call = _channel.AsyncServerStreamingCall(
            method, request, new CallOptions(CancellationToken: guard.Token));
        while (await MoveNextAsync(call, guard, what, digest, cancellationToken))
        {
            yield return call.ResponseStream.Current;
            guard.Touch();
        }
    }

    private async Task<bool> MoveNextAsync<TResponse>(
        AsyncServerStreamingCall<TResponse> call, StallGuard guard, string what, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ResponseStream.MoveNext(guard.Token);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            throw RpcFailure.ToCasException(Silence(guard, exception) ?? (RpcException)exception, Address, what, digest);
        }
    }

    private RpcException? Silence(StallGuard guard, Exception exception) =>
        guard.HasStalled || exception is OperationCanceledException
            ? new RpcException(StatusCode.DeadlineExceeded, $"nothing came for {_options.StallTimeout.TotalSeconds:0.#} s", exception)
            : null;
}
