using VirtualRoot.Grpc.Framing;

namespace VirtualRoot.Grpc.Client;

/// <summary>Writes framed messages into a call's request body.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(
    ClientCall<TRequest, TResponse> call, StreamingContent content, Marshaller<TRequest> marshaller, int maximumLength)
    : IClientStreamWriter<TRequest>
{
    private int _writing;
    private bool _completed;

    public async Task<bool> WriteAsync(TRequest message, CancellationToken cancellationToken = default)
    {
        if (_completed)
        {
            throw new InvalidOperationException("the request stream has been completed: nothing can be written after CompleteAsync");
        }

        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("another write to the request stream is pending: await it first");
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            using MessageBuffer buffer = MessageBuffer.Serialize(marshaller, message, maximumLength);
            using CancellationTokenRegistration registration = call.CancelWith(cancellationToken);
            return await SendAsync(buffer, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        _completed = true;
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task<bool> SendAsync(MessageBuffer buffer, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await content.Stream.WaitAsync(call.Token);
            foreach (ArraySegment<byte> piece in buffer.Pieces)
            {
                await stream.WriteAsync(piece, call.Token);
            }

            await stream.FlushAsync(call.Token);
            return true;
        }
        catch (Exception exception) when (IsEndOfStream(exception))
        {
            // The call has ended; why is told by its response. Only the caller's own cancellation is told here.
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    // NullReferenceException: what SocketsHttpHandler throws when the stream ends at the moment at which a write begins to
    // wait for its window.
    private static bool IsEndOfStream(Exception exception) => exception
        is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException or NullReferenceException;
}
