using System.Buffers;
using System.IO.Pipelines;
using VirtualRoot.Grpc.Framing;

namespace VirtualRoot.Grpc.Client;

internal sealed partial class ClientCall<TRequest, TResponse> : IAsyncStreamReader<TResponse>
{
    // 64 KiB is four DATA frames; a large message becomes a sequence of such pieces and is never put together.
    private static readonly StreamPipeReaderOptions s_readerOptions = new(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024);

    private int _readState;

    public TResponse Current { get; private set; } = default!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        switch (Interlocked.CompareExchange(ref _readState, ReadState.Reading, ReadState.Idle))
        {
            case ReadState.Reading:
                throw new InvalidOperationException("another read of the response stream is pending: await it first");
            case ReadState.Closed:
                return _outcome is { Status.Code: StatusCode.OK }
                    ? false
                    : throw Fail(new OperationCanceledException());
        }

        try
        {
            using CancellationTokenRegistration registration = CancelWith(cancellationToken);
            await _headers!;
            return await ReadMessageAsync();
        }
        catch (Exception exception)
        {
            throw Fail(exception);
        }
        finally
        {
            Volatile.Write(ref _readState, ReadState.Idle);
            if (_outcome is not null)
            {
                CloseReader();
            }
        }
    }

    /// <summary>The one response of a call that has one.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        if (!await MoveNext(CancellationToken.None))
        {
            throw Violation("answered OK without the response message");
        }

        TResponse response = Current;
        if (await MoveNext(CancellationToken.None))
        {
            throw Fail(Violation("answered with more than one response message"));
        }

        return response;
    }

    private async ValueTask<bool> ReadMessageAsync()
    {
        while (true)
        {
            ReadResult result = await _reader!.ReadAsync(Token);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (MessageFraming.TryRead(ref buffer, _channel.MaxReceiveMessageSize, out ReadOnlySequence<byte> message))
            {
                Current = Deserialize(message);
                _reader.AdvanceTo(buffer.Start);
                return true;
            }

            if (result.IsCompleted)
            {
                CallOutcome outcome = Finish(ResponseHeaders.ToOutcome(_response!, _channel.Address, truncated: !buffer.IsEmpty));
                return outcome.Status.Code == StatusCode.OK ? false : throw outcome.ToException();
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private TResponse Deserialize(ReadOnlySequence<byte> message)
    {
        try
        {
            return _method.ResponseMarshaller.Deserialize(message);
        }
        catch (Exception exception)
        {
            throw new RpcException(StatusCode.Internal, $"the response of {_method.FullName} cannot be decoded: {exception.Message}", exception);
        }
    }

    private RpcException Violation(string what)
    {
        var status = new Status(StatusCode.Internal, $"{_channel.Address} {what} of {_method.FullName}");
        _outcome = new CallOutcome(status, _outcome?.Trailers ?? []);
        return _outcome.ToException();
    }

    private void CloseReader()
    {
        if (Interlocked.CompareExchange(ref _readState, ReadState.Closed, ReadState.Idle) == ReadState.Idle)
        {
            _reader?.Complete();
            _response?.Dispose();
        }
    }

    private static class ReadState
    {
        public const int Idle = 0;
        public const int Reading = 1;
        public const int Closed = 2;
    }
}
