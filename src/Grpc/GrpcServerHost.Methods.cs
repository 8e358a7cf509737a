using VirtualRoot.Grpc.Server;

namespace VirtualRoot.Grpc;

public sealed partial class GrpcServerHost
{
    /// <summary>Serves a unary method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Answers; throws <see cref="RpcException"/> to fail the call with a chosen status.</param>
    /// <exception cref="InvalidOperationException">The method is served already, or the host has been started.</exception>
    public void AddUnary<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<TRequest, ServerCallContext, Task<TResponse>> handler)
    {
        method.Expect(MethodType.Unary);
        Add(method.FullName, async call =>
        {
            TRequest request = await call.ReadSingleAsync(method.RequestMarshaller);
            await call.WriteAsync(method.ResponseMarshaller, await handler(request, call.Context), call.Context.CancellationToken);
        });
    }

    /// <summary>Serves a method that streams its responses.</summary>
    /// <inheritdoc cref="AddUnary"/>
    public void AddServerStreaming<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
    {
        method.Expect(MethodType.ServerStreaming);
        Add(method.FullName, async call =>
        {
            TRequest request = await call.ReadSingleAsync(method.RequestMarshaller);
            await handler(request, new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller), call.Context);
        });
    }

    /// <summary>Serves a method to which requests are streamed. The handler may return before it has read them all.</summary>
    /// <inheritdoc cref="AddUnary"/>
    public void AddClientStreaming<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> handler)
    {
        method.Expect(MethodType.ClientStreaming);
        Add(method.FullName, async call =>
        {
            TResponse response = await handler(new ServerStreamReader<TRequest>(call, method.RequestMarshaller), call.Context);
            await call.WriteAsync(method.ResponseMarshaller, response, call.Context.CancellationToken);
        });
    }

    /// <summary>Serves a method that streams both ways.</summary>
    /// <inheritdoc cref="AddUnary"/>
    public void AddDuplexStreaming<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler)
    {
        method.Expect(MethodType.DuplexStreaming);
        Add(method.FullName, call => handler(
            new ServerStreamReader<TRequest>(call, method.RequestMarshaller),
            new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller),
            call.Context));
    }

    private void Add(string fullName, Func<ServerCall, Task> handler)
    {
        if (_server is not null)
        {
            throw new InvalidOperationException($"{fullName} cannot be added to a host that has been started");
        }

        _application.Add(fullName, handler);
    }
}
