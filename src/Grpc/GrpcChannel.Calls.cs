using VirtualRoot.Grpc.Client;
using VirtualRoot.Grpc.Framing;

namespace VirtualRoot.Grpc;

public sealed partial class GrpcChannel
{
    /// <summary>Calls a unary method and waits for its response.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options = default)
    {
        method.Expect(MethodType.Unary);
        using ClientCall<TRequest, TResponse> call = Start(method, request, options);
        return await call.ReadSingleAsync();
    }

    /// <summary>Calls a unary method; headers, status and trailers can be looked at.</summary>
    /// <exception cref="RpcException">The request cannot be serialized or exceeds the limit; anything later is the call's.</exception>
    public AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options = default)
    {
        method.Expect(MethodType.Unary);
        ClientCall<TRequest, TResponse> call = Start(method, request, options);
        return new AsyncUnaryCall<TResponse>(call.ReadSingleAsync(), call);
    }

    /// <summary>Calls a method that streams its responses.</summary>
    /// <exception cref="RpcException">The request cannot be serialized or exceeds the limit; anything later is the stream's.</exception>
    public AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options = default)
    {
        method.Expect(MethodType.ServerStreaming);
        ClientCall<TRequest, TResponse> call = Start(method, request, options);
        return new AsyncServerStreamingCall<TResponse>(call, call);
    }

    /// <summary>Calls a method to which requests are streamed.</summary>
    public AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options = default)
    {
        method.Expect(MethodType.ClientStreaming);
        ClientCall<TRequest, TResponse> call = Start(method, options, out IClientStreamWriter<TRequest> writer);
        return new AsyncClientStreamingCall<TRequest, TResponse>(writer, call.ReadSingleAsync(), call);
    }

    /// <summary>Calls a method that streams both ways.</summary>
    public AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options = default)
    {
        method.Expect(MethodType.DuplexStreaming);
        ClientCall<TRequest, TResponse> call = Start(method, options, out IClientStreamWriter<TRequest> writer);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(writer, call, call);
    }

    private ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options)
    {
        var content = new MessageContent(MessageBuffer.Serialize(method.RequestMarshaller, request, _options.MaxSendMessageSize));
        var call = new ClientCall<TRequest, TResponse>(this, method, options);
        call.Start(content, options);
        return call;
    }

    private ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, out IClientStreamWriter<TRequest> writer)
    {
        var content = new StreamingContent();
        var call = new ClientCall<TRequest, TResponse>(this, method, options);
        writer = new ClientStreamWriter<TRequest, TResponse>(call, content, method.RequestMarshaller, _options.MaxSendMessageSize);
        call.Start(content, options);
        return call;
    }
}
