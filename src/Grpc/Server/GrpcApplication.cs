using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Server;

/// <summary>What Kestrel calls for each request: checks that it is gRPC's, finds the method, and runs the call.</summary>
internal sealed class GrpcApplication(GrpcServerOptions options) : IHttpApplication<HttpContext>
{
    private readonly Dictionary<string, Func<ServerCall, Task>> _methods = new(StringComparer.Ordinal);

    public void Add(string fullName, Func<ServerCall, Task> handler)
    {
        if (!_methods.TryAdd(fullName, handler))
        {
            throw new InvalidOperationException($"{fullName} is served already");
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing but Kestrel's own features, which it reuses.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        if (!HeaderNames.IsGrpc(request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if (options.OwnUserOnly && !PeerUser.IsOwn(context))
        {
            Refuse(context, StatusCode.PermissionDenied, "only the user who runs this server may call it: become that user, or root");
            return;
        }

        string path = request.Path.Value ?? string.Empty;
        if (!_methods.TryGetValue(path, out Func<ServerCall, Task>? handler))
        {
            Refuse(context, StatusCode.Unimplemented, $"{path} is not served here");
            return;
        }

        string? encoding = request.Headers[HeaderNames.Encoding];
        if (encoding is not null and not HeaderNames.Identity)
        {
            context.Response.Headers[HeaderNames.AcceptEncoding] = HeaderNames.Identity;
            Refuse(context, StatusCode.Unimplemented, $"messages compressed with '{encoding}' are not accepted; send them uncompressed");
            return;
        }

        TimeSpan? timeout = null;
        if (request.Headers[HeaderNames.Timeout].ToString() is { Length: > 0 } header)
        {
            if (!GrpcTimeout.TryParse(header, out TimeSpan parsed))
            {
                Refuse(context, StatusCode.Internal, $"the header {HeaderNames.Timeout} '{header}' is malformed");
                return;
            }

            timeout = parsed;
        }

        using var call = new ServerCall(context, options, timeout);
        StatusCode status = await call.RunAsync(handler);
        options.Observer?.Ended(path, status, call.Received, call.Sent);
    }

    private static void Refuse(HttpContext context, StatusCode code, string detail) =>
        ServerStatus.Write(context.Response, new Status(code, detail), []);
}
