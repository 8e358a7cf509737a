using System.Runtime.CompilerServices;
using VirtualRoot.Grpc.Client;

namespace VirtualRoot.Grpc;

/// <summary>
/// A call with a stream of requests and one response, which may come before the last request. Disposing it before its end
/// cancels it.
/// </summary>
/// <typeparam name="TRequest">The request.</typeparam>
/// <typeparam name="TResponse">The response.</typeparam>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly IClientCall _call;

    internal AsyncClientStreamingCall(IClientStreamWriter<TRequest> writer, Task<TResponse> response, IClientCall call)
    {
        RequestStream = writer;
        ResponseAsync = response;
        _call = call;
        TaskObservation.Observe(response);
    }

    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The response; complete as soon as the server answers.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public Task<TResponse> ResponseAsync { get; }

    /// <summary>The headers that the server sent before its response.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>Awaits <see cref="ResponseAsync"/>.</summary>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public Status GetStatus() => _call.GetStatus();

    /// <summary>The metadata that came with the status.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _call.GetTrailers();

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();
}
