using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Cas;

/// <summary>
/// The CAS of a command: the remote one behind its disk cache, or the embedded one, whose store is opened in this
/// process: no server is started for it.
/// </summary>
internal sealed class OpenedCas : IAsyncDisposable
{
    private OpenedCas(BlobStore store, CasSession session)
    {
        Store = store;
        Session = session;
    }

    /// <summary>The store on disk.</summary>
    public BlobStore Store { get; }

    /// <summary>What commands work with.</summary>
    public CasSession Session { get; }

    /// <summary>Where the embedded CAS keeps its blobs.</summary>
    public static string EmbeddedDirectory(string cacheDirectory) => Path.Combine(cacheDirectory, "cas");

    /// <summary>Where blobs of remote CASes are kept. Apart from the embedded CAS, which would seem to hold what it only has in part.</summary>
    public static string CacheOfRemote(string cacheDirectory) => Path.Combine(cacheDirectory, "blobs");

    /// <summary>Opens it; a server is not called yet.</summary>
    /// <param name="settings">Which, and where its cache is.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="durable">Whether others rely on what the embedded CAS holds.</param>
    /// <exception cref="CasException">The cache directory cannot be used.</exception>
    /// <exception cref="ArgumentException">The address or a certificate is wrong.</exception>
    public static OpenedCas Open(CommonSettings settings, ILogger logger, bool durable = false)
    {
        CasEndpointOptions? endpoint = EndpointOf(settings);
        endpoint?.Validate();
        BlobStore store = BlobStore.Open(new BlobStoreOptions
        {
            Directory = endpoint is null ? EmbeddedDirectory(settings.CacheDirectory) : CacheOfRemote(settings.CacheDirectory),
            MaxBytes = settings.CacheSize,
            Durable = durable && endpoint is null,
            Logger = logger,
        });
        return new OpenedCas(store, CasSession.Open(store, endpoint, logger: logger));
    }

    /// <summary>The server of the settings; null for the embedded CAS.</summary>
    public static CasEndpointOptions? EndpointOf(CommonSettings settings)
    {
        if (settings.Cas is not { } address)
        {
            return null;
        }

        CasEndpointOptions options = new()
        {
            Address = address,
            Instance = settings.Instance,
            CaFile = settings.TlsCa,
            CertificateFile = settings.TlsCertificate,
            KeyFile = settings.TlsKey,
            Headers = settings.Headers,
        };
        return settings.CasTimeout is not { } timeout ? options : options with
        {
            RetryDeadline = timeout,
            ConnectTimeout = Lesser(options.ConnectTimeout, timeout),
            CallTimeout = Lesser(options.CallTimeout, timeout),
            StallTimeout = Lesser(options.StallTimeout, timeout),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        Store.Dispose();
    }

    private static TimeSpan Lesser(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
