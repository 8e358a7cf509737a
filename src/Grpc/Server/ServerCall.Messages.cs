using System.Buffers;
using System.IO.Pipelines;
using VirtualRoot.Grpc.Framing;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Server;

internal sealed partial class ServerCall
{
    /// <summary>The one request of a call that has one.</summary>
    public async ValueTask<T> ReadSingleAsync<T>(Marshaller<T> marshaller)
    {
        (bool found, T? request) = await ReadAsync(marshaller, Context.CancellationToken);
        if (!found)
        {
            throw new RpcException(StatusCode.Internal, "the call ended without its request message");
        }

        (bool more, _) = await ReadAsync(marshaller, Context.CancellationToken);
        return more ? throw new RpcException(StatusCode.Internal, "the call has more than one request message") : request!;
    }

    /// <summary>The next request; not found after the last.</summary>
    public async ValueTask<(bool Found, T? Message)> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
    {
        PipeReader reader = _http.Request.BodyReader;
        while (true)
        {
            ReadResult result = await FromTransportAsync(reader.ReadAsync(cancellationToken));
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (MessageFraming.TryRead(ref buffer, _options.MaxReceiveMessageSize, out ReadOnlySequence<byte> bytes))
            {
                Received += bytes.Length;
                T message = Deserialize(marshaller, bytes);
                reader.AdvanceTo(buffer.Start);
                return (true, message);
            }

            if (result.IsCompleted)
            {
                Context.CancellationToken.ThrowIfCancellationRequested();
                return buffer.IsEmpty ? (false, default) : throw new RpcException(StatusCode.Internal, "the request stream ended in the middle of a message");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Sends one response.</summary>
    public async Task WriteAsync<T>(Marshaller<T> marshaller, T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using MessageBuffer buffer = MessageBuffer.Serialize(marshaller, message, _options.MaxSendMessageSize);
        if (!_http.Response.HasStarted)
        {
            _http.Response.ContentType = HeaderNames.ContentType;
        }

        foreach (ArraySegment<byte> piece in buffer.Pieces)
        {
            // Kestrel takes writes to an aborted stream and drops them.
            await FromTransportAsync(_http.Response.BodyWriter.WriteAsync(piece, cancellationToken));
            Context.CancellationToken.ThrowIfCancellationRequested();
            Sent += piece.Count;
        }
    }

    private async ValueTask<T> FromTransportAsync<T>(ValueTask<T> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            await _cancellation.CancelAsync();
            throw new OperationCanceledException("the client is gone", exception, Context.CancellationToken);
        }
    }

    private static T Deserialize<T>(Marshaller<T> marshaller, ReadOnlySequence<byte> bytes)
    {
        try
        {
            return marshaller.Deserialize(bytes);
        }
        catch (Exception exception)
        {
            throw new RpcException(StatusCode.Internal, "the request message cannot be decoded", exception);
        }
    }
}
