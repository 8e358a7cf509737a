using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Worker.Control;

/// <summary>
/// The control API of one mounted root: gRPC on a unix socket of mode 0600 in the daemon's private folder. Only the
/// daemon's own user and root may call; the kernel tells who does (SO_PEERCRED).
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    // sun_path (unix(7)) has 108 bytes, the last one NUL.
    private const int MaxSocketPath = 107;

    private readonly GrpcServerHost _host;
    private readonly Root _root;
    private readonly IBlobSink _sink;

    private ControlServer(GrpcServerHost host, Root root, IBlobSink sink)
    {
        _host = host;
        _root = root;
        _sink = sink;
    }

    /// <summary>The socket in a daemon's private folder.</summary>
    public static string SocketIn(string folder) => Path.Combine(folder, "control");

    /// <summary>Listens in <paramref name="folder"/>.</summary>
    /// <param name="folder">The daemon's private folder.</param>
    /// <param name="root">The root.</param>
    /// <param name="sink">Where outputs go.</param>
    /// <param name="logger">Told of calls that fail unexpectedly.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server; null where the folder's path is too long for a socket: the root is served without.</returns>
    public static async Task<ControlServer?> TryStartAsync(string folder, Root root, IBlobSink sink, ILogger logger, CancellationToken cancellationToken)
    {
        string path = SocketIn(folder);
        if (System.Text.Encoding.UTF8.GetByteCount(path) > MaxSocketPath)
        {
            return null;
        }

        GrpcServerHost host = new(new GrpcServerOptions { Addresses = ["unix:" + path], OwnUserOnly = true, Logger = logger });
        ControlServer server = new(host, root, sink);
        host.AddUnary(ControlMethods.Commit, server.CommitAsync);
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops listening; a call in progress is broken off.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<CommitResponse> CommitAsync(CommitRequest request, ServerCallContext context)
    {
        try
        {
            await using OutputCapture capture = new(_root, CommitMessages.To(request));
            return CommitMessages.From(await capture.CaptureAsync(_sink, null, null, context.CancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (StatusOf(exception) is { } status)
        {
            throw new RpcException(status, exception.Message, exception);
        }
    }

    private static StatusCode? StatusOf(Exception exception) => exception switch
    {
        OutputException output => output.Kind switch
        {
            OutputErrorKind.InvalidPath => StatusCode.InvalidArgument,
            OutputErrorKind.Changing => StatusCode.Aborted,
            OutputErrorKind.LimitExceeded => StatusCode.ResourceExhausted,
            _ => StatusCode.FailedPrecondition,
        },
        CasException cas => cas.Kind switch
        {
            CasErrorKind.Missing => StatusCode.NotFound,
            CasErrorKind.Unavailable => StatusCode.Unavailable,
            CasErrorKind.Corrupt => StatusCode.DataLoss,
            CasErrorKind.Denied => StatusCode.PermissionDenied,
            CasErrorKind.LimitExceeded => StatusCode.ResourceExhausted,
            _ => StatusCode.Internal,
        },
        ScratchException => StatusCode.Internal,
        _ => null,
    };
}
