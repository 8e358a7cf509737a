using System.IO.Pipelines;

namespace VirtualRoot.Grpc.Client;

/// <summary>
/// One call, of any kind, on its HTTP/2 stream. It has one reader and at most one writer at a time. Its outcome is set once, by
/// whoever is first: the trailers, a failure of the transport, the deadline, the caller's token, or Dispose. Then its token is
/// cancelled, which ends the writer and resets the stream if the server has not ended it.
/// </summary>
internal sealed partial class ClientCall<TRequest, TResponse> : IClientCall
{
    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly long _started;
    private readonly TimeSpan? _timeout;
    private CancellationTokenRegistration _callerRegistration;
    private ITimer? _deadline;
    private HttpResponseMessage? _response;
    private PipeReader? _reader;
    private Task<Metadata>? _headers;
    private CallOutcome? _outcome;
    private int _ending;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _timeout = options.Timeout;
        _started = channel.TimeProvider.GetTimestamp();
        Token = _cancellation.Token;
    }

    /// <summary>Cancelled when the call has ended, however.</summary>
    public CancellationToken Token { get; }

    /// <summary>The response's headers as metadata.</summary>
    public Task<Metadata> ResponseHeadersAsync => _headers!;

    public void Start(HttpContent content, CallOptions options)
    {
        if (options.Timeout is { } timeout)
        {
            _deadline = _channel.TimeProvider.CreateTimer(
                static state => ((ClientCall<TRequest, TResponse>)state!).End(CallEnding.Deadline),
                this, CallTimer.Clamp(timeout), Timeout.InfiniteTimeSpan);
        }

        _callerRegistration = CancelWith(options.CancellationToken);
        _headers = SendAsync(_channel.CreateRequest(_method.FullName, options, content));
        TaskObservation.Observe(_headers);
    }

    /// <summary>Cancels the call when <paramref name="token"/> is cancelled, until the registration is disposed.</summary>
    public CancellationTokenRegistration CancelWith(CancellationToken token) =>
        token.UnsafeRegister(static state => ((ClientCall<TRequest, TResponse>)state!).End(CallEnding.Caller), this);

    public Status GetStatus() => Ended().Status;

    public Metadata GetTrailers() => Ended().Trailers;

    public void Dispose()
    {
        if (_outcome is null)
        {
            End(CallEnding.Disposed);
            _ = Fail(new OperationCanceledException(Token));
        }

        CloseReader();
        _callerRegistration.Dispose();
        _deadline?.Dispose();
    }

    private CallOutcome Ended() =>
        _outcome ?? throw new InvalidOperationException($"{_method.FullName} has not ended: read its response to the end first");

    private async Task<Metadata> SendAsync(HttpRequestMessage request)
    {
        try
        {
            if (_timeout <= TimeSpan.Zero)
            {
                End(CallEnding.Deadline);
            }

            Token.ThrowIfCancellationRequested();
            HttpResponseMessage response = await _channel.Invoker.SendAsync(request, Token);
            _response = response;
            ResponseHeaders.Validate(response, _channel.Address);
            _reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(Token), s_readerOptions);

            // The stack forgets the token once the headers are here: without this an idle cancelled call would keep its stream.
            Token.UnsafeRegister(static state => ((HttpResponseMessage)state!).Dispose(), response);
            return ResponseHeaders.ToMetadata(response.Headers);
        }
        catch (Exception exception)
        {
            throw Fail(exception);
        }
        finally
        {
            request.Content!.Dispose();
        }
    }

    private void End(CallEnding ending)
    {
        if (Interlocked.CompareExchange(ref _ending, (int)ending, (int)CallEnding.None) == (int)CallEnding.None)
        {
            _cancellation.Cancel();
        }
    }

    /// <summary>Sets the outcome if none is set yet, and ends what is still going on.</summary>
    private CallOutcome Finish(CallOutcome outcome)
    {
        CallOutcome first = Interlocked.CompareExchange(ref _outcome, outcome, null) ?? outcome;
        End(CallEnding.Finished);
        _callerRegistration.Unregister();
        _deadline?.Dispose();
        return first;
    }

    private RpcException Fail(Exception exception)
    {
        if (exception is RpcException rpc)
        {
            return Finish(new CallOutcome(rpc.Status, rpc.Trailers, rpc.InnerException)).ToException();
        }

        bool deadlinePassed = _timeout is { } timeout && _channel.TimeProvider.GetElapsedTime(_started) >= timeout - CallTimer.DeadlineSlack;
        Status status = TransportFailure.ToStatus(exception, _channel.Address, (CallEnding)Volatile.Read(ref _ending), deadlinePassed);
        return Finish(new CallOutcome(status, [], exception)).ToException();
    }
}
