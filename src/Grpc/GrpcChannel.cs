using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using VirtualRoot.Grpc.Client;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc;

/// <summary>
/// A server, reached over HTTP/2 by as many connections as its calls need: they are opened by the first call, shared by all,
/// and opened anew by the next call after a failure. Safe for any number of threads. This type and the four call types are
/// shaped like Grpc.Net.Client's, which may take their place.
/// </summary>
public sealed partial class GrpcChannel : IDisposable, IAsyncDisposable
{
    private const string UserAgent = "vroot-grpc-dotnet/0.1";

    private readonly GrpcChannelOptions _options;
    private readonly Uri _base;
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);

    private GrpcChannel(GrpcAddress address, GrpcChannelOptions options)
    {
        _options = options;
        _base = address.BaseUri;
        Address = address.ToString();
        Invoker = new HttpMessageInvoker(ChannelHandler.Create(address, options), disposeHandler: true);
    }

    /// <summary>The server's address, as in messages.</summary>
    public string Address { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal TimeProvider TimeProvider => _options.TimeProvider;

    internal int MaxReceiveMessageSize => _options.MaxReceiveMessageSize;

    /// <summary>
    /// A channel to <c>grpc://host:port</c> (HTTP/2 without TLS), <c>grpcs://host:port</c> (TLS), <c>unix:/path</c> (HTTP/2
    /// without TLS on a unix socket); <c>http</c> and <c>https</c> mean <c>grpc</c> and <c>grpcs</c>. Nothing is connected yet.
    /// </summary>
    /// <exception cref="ArgumentException">The address, an option or a certificate file is invalid.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions? options = null)
    {
        options ??= new GrpcChannelOptions();
        options.Validate();
        return new GrpcChannel(GrpcAddress.Parse(address), options);
    }

    /// <summary>Closes the connections; calls that are still open end as UNAVAILABLE or CANCELLED.</summary>
    public void Dispose() => Invoker.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal HttpRequestMessage CreateRequest(string fullName, CallOptions call, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _uris.GetOrAdd(fullName, static (path, origin) => new Uri(origin, path), _base))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", UserAgent);
        request.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, HeaderNames.Identity);
        request.Headers.Host = _options.Tls?.ServerName;
        if (call.Timeout is { } timeout)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.Timeout, GrpcTimeout.Format(timeout));
        }

        AddHeaders(request, _options.Headers);
        AddHeaders(request, call.Headers);
        return request;
    }

    private static void AddHeaders(HttpRequestMessage request, Metadata? headers)
    {
        for (int i = 0; i < (headers?.Count ?? 0); i++)
        {
            MetadataEntry entry = headers![i];
            string value = entry.WireValue;
            if (entry.IsBinary && request.Headers.NonValidated.TryGetValues(entry.Key, out HeaderStringValues earlier))
            {
                // The stack would join the values by ", ", and a space is no base64: some servers drop the connection for it.
                value = $"{earlier},{value}";
                request.Headers.Remove(entry.Key);
            }

            request.Headers.TryAddWithoutValidation(entry.Key, value);
        }
    }
}
