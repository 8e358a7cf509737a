using System.Globalization;
using Microsoft.AspNetCore.Http;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc;

/// <summary>One call, as its handler on the server sees it.</summary>
public sealed class ServerCallContext
{
    private readonly HttpContext _http;

    internal ServerCallContext(HttpContext http, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        _http = http;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in http.Request.Headers)
        {
            foreach (string? value in values)
            {
                MetadataHeaders.Append(RequestHeaders, name, value ?? string.Empty);
            }
        }
    }

    /// <summary>The method's path: <c>/service/name</c>.</summary>
    public string Method => _http.Request.Path.Value ?? string.Empty;

    /// <summary>What the client sent with its call.</summary>
    public Metadata RequestHeaders { get; } = [];

    /// <summary>Sent with the status at the call's end.</summary>
    public Metadata ResponseTrailers { get; } = [];

    /// <summary>When the client stops waiting; null if it never does.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>Cancelled when the client goes away or cancels, when the deadline passes, and when the host breaks off.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The status of a handler that returns; one that throws <see cref="RpcException"/> overrides it.</summary>
    public Status Status { get; set; } = Status.Ok;

    /// <summary>The client's address: <c>ipv4:…</c>, <c>ipv6:…</c> or <c>unix:</c>.</summary>
    public string Peer => _http.Connection.RemoteIpAddress is { } address
        ? string.Create(CultureInfo.InvariantCulture, $"{(address.GetAddressBytes().Length == 4 ? "ipv4:" + address : $"ipv6:[{address}]")}:{_http.Connection.RemotePort}")
        : "unix:";

    /// <summary>Sends the response's headers now; otherwise they go, without metadata, before the first message.</summary>
    /// <exception cref="InvalidOperationException">They have been sent.</exception>
    public async Task WriteResponseHeadersAsync(Metadata headers)
    {
        if (_http.Response.HasStarted)
        {
            throw new InvalidOperationException($"the response headers of {Method} have been sent");
        }

        _http.Response.ContentType = HeaderNames.ContentType;
        foreach (MetadataEntry entry in headers)
        {
            _http.Response.Headers.Append(entry.Key, entry.WireValue);
        }

        await _http.Response.StartAsync(CancellationToken);
        await _http.Response.BodyWriter.FlushAsync(CancellationToken);
    }
}
