using System.Net;
using System.Net.Http.Headers;
using VirtualRoot.Grpc.Framing;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Client;

/// <summary>A request body of one message. The stack may ask for it again when a connection refused the stream unread.</summary>
internal sealed class MessageContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_contentType = new(HeaderNames.ContentType);
    private readonly MessageBuffer _message;
    private int _state;

    public MessageContent(MessageBuffer message)
    {
        _message = message;
        Headers.ContentType = s_contentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, State.Sending, State.Idle) != State.Idle)
        {
            throw new IOException("the request is already being sent or has been given up");
        }

        foreach (ArraySegment<byte> piece in _message.Pieces)
        {
            await stream.WriteAsync(piece, cancellationToken);
        }

        Interlocked.CompareExchange(ref _state, State.Idle, State.Sending);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        // A call may end while its body is still being sent. Its pieces then go to the garbage collector, not to the pool,
        // where another message would overwrite what the transport reads.
        if (disposing && Interlocked.Exchange(ref _state, State.Closed) == State.Idle)
        {
            _message.Dispose();
        }

        base.Dispose(disposing);
    }

    private static class State
    {
        public const int Idle = 0;
        public const int Sending = 1;
        public const int Closed = 2;
    }
}
