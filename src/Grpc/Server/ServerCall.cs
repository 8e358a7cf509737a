using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Grpc.Client;

namespace VirtualRoot.Grpc.Server;

/// <summary>
/// One call on the server. Its token is cancelled by the deadline or when the stream is aborted; reads and writes then throw
/// <see cref="OperationCanceledException"/>, whatever the transport threw, so that handlers have one exception to expect.
/// </summary>
internal sealed partial class ServerCall : IDisposable
{
    private readonly HttpContext _http;
    private readonly GrpcServerOptions _options;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _abortRegistration;
    private readonly ITimer? _deadline;
    private volatile bool _deadlinePassed;

    public ServerCall(HttpContext http, GrpcServerOptions options, TimeSpan? timeout)
    {
        _http = http;
        _options = options;
        _abortRegistration = http.RequestAborted.UnsafeRegister(static state => ((ServerCall)state!)._cancellation.Cancel(), this);
        DateTimeOffset? deadline = null;
        if (timeout is { } length)
        {
            length = CallTimer.Clamp(length);
            deadline = options.TimeProvider.GetUtcNow() + length;
            _deadline = options.TimeProvider.CreateTimer(static state => ((ServerCall)state!).PassDeadline(), this, length, Timeout.InfiniteTimeSpan);
        }

        Context = new ServerCallContext(http, deadline, _cancellation.Token);
    }

    public ServerCallContext Context { get; }

    /// <summary>Bytes of requests so far.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes of responses so far.</summary>
    public long Sent { get; private set; }

    public async Task<StatusCode> RunAsync(Func<ServerCall, Task> handler)
    {
        (Status status, Metadata trailers) = await OutcomeAsync(handler);
        if (_deadlinePassed)
        {
            status = new Status(StatusCode.DeadlineExceeded, "the call's deadline passed on the server");
        }

        if (!_http.RequestAborted.IsCancellationRequested)
        {
            ServerStatus.Write(_http.Response, status, trailers);
        }

        return status.Code;
    }

    public void Dispose()
    {
        _deadline?.Dispose();
        _abortRegistration.Dispose();
    }

    /// <summary>Runs the handler. This is the one place where a handler's exception becomes a status.</summary>
    private async Task<(Status Status, Metadata Trailers)> OutcomeAsync(Func<ServerCall, Task> handler)
    {
        try
        {
            await handler(this);
            return (Context.Status, Context.ResponseTrailers);
        }
        catch (RpcException exception)
        {
            foreach (MetadataEntry entry in exception.Trailers)
            {
                Context.ResponseTrailers.AddReceived(entry);
            }

            // OK cannot fail a call: a handler that throws it is wrong, and its caller must not take that for success.
            Status status = exception.StatusCode == StatusCode.OK ? new Status(StatusCode.Unknown, exception.Status.Detail) : exception.Status;
            return (status, Context.ResponseTrailers);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return (new Status(StatusCode.Cancelled, "the call was cancelled"), Context.ResponseTrailers);
        }
        catch (Exception exception)
        {
            // The client learns nothing of the cause, which may hold paths or secrets.
            ServerLog.HandlerFailed(_options.Logger ?? (ILogger)NullLogger.Instance, Context.Method, exception);
            return (new Status(StatusCode.Unknown, $"the handler of {Context.Method} failed; the server's log has the cause"), Context.ResponseTrailers);
        }
    }

    private void PassDeadline()
    {
        _deadlinePassed = true;
        _cancellation.Cancel();
    }
}
