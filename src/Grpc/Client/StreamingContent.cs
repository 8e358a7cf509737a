using System.Net;
using System.Net.Http.Headers;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Client;

/// <summary>A request body that a writer fills while the response is already being read.</summary>
internal sealed class StreamingContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_contentType = new(HeaderNames.ContentType);
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamingContent() => Headers.ContentType = s_contentType;

    /// <summary>The transport's stream, once it is there; never, if the call fails before: wait with the call's token.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Ends the body.</summary>
    public void Complete() => _completed.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The stack retries a refused stream by itself; what has been written to the first one could not be written again.
        if (!_stream.TrySetResult(stream))
        {
            throw new IOException("the server refused the stream after the request had begun");
        }

        // The request's headers wait in a buffer otherwise, and a server that speaks first would wait with them.
        await stream.FlushAsync(cancellationToken);
        await _completed.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
