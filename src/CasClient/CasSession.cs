using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.CasClient;

/// <summary>
/// Everything that comes from one CAS, put together: remote → verifying → retrying → coalescing → disk cache for blobs,
/// the same chain and GetTree for directories, a sink for uploads, and the counters of all of them. Without an endpoint
/// the store alone serves and takes.
/// </summary>
public sealed class CasSession : IAsyncDisposable
{
    private readonly CachingBlobSource _blobs;
    private readonly DirectoryCache _directories;

    private CasSession(BlobStore store, CasEndpointOptions? endpoint, DirectoryLimits limits, ILogger logger)
    {
        Limits = limits;
        IBlobSource source = new MissingBlobSource(store.Directory);
        Sink = new LocalBlobSink(store);
        if (endpoint is not null)
        {
            Connection = CasConnection.Open(endpoint, Statistics);
            var remote = new RemoteBlobSource(Connection, new BatchReader(Connection));
            source = new RetryingBlobSource(new VerifyingBlobSource(remote), Connection.Retries, Statistics);
            Sink = new RemoteBlobSink(Connection);
        }

        _blobs = new CachingBlobSource(store, source, Statistics);
        _directories = new DirectoryCache(store, source, Connection, limits, Statistics, logger, endpoint?.Time ?? TimeProvider.System);
    }

    /// <summary>Verified blobs as local files.</summary>
    public IBlobCache Blobs => _blobs;

    /// <summary>Decoded directories.</summary>
    public IDirectorySource Directories => _directories;

    /// <summary>Bytes of memory that hold contents of files, at most 32 MiB.</summary>
    public long ContentBytesInMemory => _blobs.HeldBytes;

    /// <summary>Bytes of memory that hold decoded directories, at most <see cref="DirectoryLimits.MaxCachedBytes"/>.</summary>
    public long DirectoryBytesInMemory => _directories.HeldBytes;

    /// <summary>Where uploads go: the server, or the store where there is none.</summary>
    public IBlobSink Sink { get; }

    /// <summary>The server, where there is one.</summary>
    public CasConnection? Connection { get; }

    /// <summary>What a tree may demand.</summary>
    public DirectoryLimits Limits { get; }

    /// <summary>What was fetched, found and sent.</summary>
    public BlobStatistics Statistics { get; } = new();

    /// <summary>Opens a session; the server is not called yet.</summary>
    /// <param name="store">The disk cache; it stays its owner's.</param>
    /// <param name="endpoint">The server; null for the store alone.</param>
    /// <param name="limits">What a tree may demand; null for <see cref="DirectoryLimits.Default"/>.</param>
    /// <param name="logger">Where damage and stopped prefetches are told.</param>
    /// <exception cref="ArgumentException">The options are wrong: all faults, one a line.</exception>
    public static CasSession Open(BlobStore store, CasEndpointOptions? endpoint, DirectoryLimits? limits = null, ILogger? logger = null) =>
        new(store, endpoint, limits ?? DirectoryLimits.Default, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _directories.DisposeAsync();
        if (Connection is not null)
        {
            await Connection.DisposeAsync();
        }
    }
}
