using Google.Protobuf;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>
/// The calls of one CAS, in this project's terms: digests in, bytes or <see cref="CasException"/> out, no protobuf or HTTP
/// type in sight. It splits what is too large for one call and falls back where a server lacks one; it does not verify,
/// coalesce or cache: the blob sources do.
/// </summary>
public sealed partial class CasConnection : IAsyncDisposable
{
    private const string RequestMetadataHeader = "build.bazel.remote.execution.v2.requestmetadata-bin";

    private readonly CasEndpointOptions _options;
    private readonly BlobStatistics _statistics;
    private readonly GrpcChannel _channel;
    private readonly SemaphoreSlim _capabilitiesGate = new(1);
    private readonly CancellationTokenSource _closing = new();
    private CasCapabilities? _capabilities;

    private CasConnection(CasEndpointOptions options, BlobStatistics statistics)
    {
        _options = options;
        _statistics = statistics;
        Metadata headers = [];
        foreach ((string name, string value) in options.Headers)
        {
            headers.Add(name.ToLowerInvariant(), value);
        }

        headers.Add(RequestMetadataHeader, new RequestMetadata { ToolDetails = new ToolDetails { ToolName = "vroot" } }.ToByteArray());
        _channel = GrpcChannel.ForAddress(options.Address, options.ToChannelOptions(headers));
        Retries = new RetryPolicy(options, statistics.CountRetry);
    }

    /// <summary>The address, as messages name it.</summary>
    public string Address => _options.Address;

    internal int MaxBatchedBlobBytes => _options.MaxBatchedBlobBytes;

    internal RetryPolicy Retries { get; }

    /// <summary>A connection to a server; it is made by the first call.</summary>
    /// <exception cref="ArgumentException">The options are wrong: all faults, one a line.</exception>
    public static CasConnection Open(CasEndpointOptions options, BlobStatistics? statistics = null)
    {
        options.Validate();
        return new CasConnection(options, statistics ?? new BlobStatistics());
    }

    /// <summary>What the server can do: asked once, then remembered. A server without Capabilities gets defaults.</summary>
    /// <exception cref="CasException">Unavailable, Denied; Unsupported: it serves only versions after 2.</exception>
    public async Task<CasCapabilities> GetCapabilitiesAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _capabilities) is { } known)
        {
            return known;
        }

        await _capabilitiesGate.WaitAsync(cancellationToken);
        try
        {
            return _capabilities ??= await Retries.ExecuteAsync(AskCapabilitiesAsync, null, cancellationToken);
        }
        finally
        {
            _capabilitiesGate.Release();
        }
    }

    /// <summary>Ends the calls that are under way; who waits for one gets an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        // Not disposed themselves: a call that ends now may still look at them, and neither holds anything native.
        await _closing.CancelAsync();
        await _channel.DisposeAsync();
    }

    /// <summary>Bytes that a batch may have, all overhead included.</summary>
    internal async Task<int> GetBatchCapacityAsync(CancellationToken cancellationToken)
    {
        // What stands around the blobs: the instance name, the digest function, some tags.
        const int RequestOverhead = 256;
        CasCapabilities capabilities = await GetCapabilitiesAsync(cancellationToken);
        long allowed = capabilities.MaxBatchTotalSizeBytes == 0 ? _options.MaxBatchBytes : capabilities.MaxBatchTotalSizeBytes;
        return (int)Math.Max(RequestOverhead, Math.Min(allowed, _options.MaxBatchBytes) - RequestOverhead - _options.Instance.Length);
    }

    private async Task<CasCapabilities> AskCapabilitiesAsync(CancellationToken cancellationToken)
    {
        try
        {
            ServerCapabilities answer = await CallAsync(
                CasMethods.GetCapabilities, new GetCapabilitiesRequest { InstanceName = _options.Instance }, "GetCapabilities", null, cancellationToken);
            return answer.LowApiVersion is { Major: > 2 } low
                ? throw new CasException(CasErrorKind.Unsupported, $"{Address} serves only REAPI {low.Major} and later; this client speaks 2")
                : CasCapabilities.From(answer);
        }
        catch (CasException exception) when (exception is { Kind: CasErrorKind.Unsupported, InnerException: RpcException })
        {
            return new CasCapabilities();
        }
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, string what, Digest? digest, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, cancellationToken);
        try
        {
            return await _channel.UnaryAsync(method, request, new CallOptions(null, _options.CallTimeout, either.Token));
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            throw RpcFailure.ToCasException(exception, Address, what, digest);
        }
    }
}
