using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>A client of a worker, and of the CAS that both use.</summary>
internal class WorkerClient(string address, string cas) : IAsyncDisposable
{
    private readonly GrpcChannel _cas = GrpcChannel.ForAddress(cas);

    public static TimeSpan Patience => Wait.Patience;

    public string Address { get; } = address;

    public GrpcChannel Channel { get; } = GrpcChannel.ForAddress(address);

    public Digest Put(byte[] bytes)
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        Protos.BatchUpdateBlobsRequest request = new()
        {
            Requests = { new Protos.BatchUpdateBlobsRequest.Types.Request { Digest = digest.ToMessage(), Data = UnsafeByteOperations.UnsafeWrap(bytes) } },
        };
        Protos.BatchUpdateBlobsResponse response = _cas.UnaryAsync(CasMethods.BatchUpdateBlobs, request, new CallOptions(Timeout: Patience)).Result;
        Assert.Equal(0, response.Responses[0].Status.Code);
        return digest;
    }

    public Digest Put(IMessage message) => Put(message.ToByteArray());

    public async Task<byte[]> GetAsync(Protos.Digest digest)
    {
        Protos.BatchReadBlobsResponse response = await _cas.UnaryAsync(
            CasMethods.BatchReadBlobs, new Protos.BatchReadBlobsRequest { Digests = { digest } }, new CallOptions(Timeout: Patience));
        Assert.Equal(0, response.Responses[0].Status.Code);
        return response.Responses[0].Data.ToByteArray();
    }

    public AsyncServerStreamingCall<Protos.Operation> Execute(Digest action) => Channel.AsyncServerStreamingCall(
        ExecutionMethods.Execute, new Protos.ExecuteRequest { ActionDigest = action.ToMessage(), SkipCacheLookup = false, InlineStdout = true, InlineStderr = true });

    /// <summary>Runs an action to its end.</summary>
    public async Task<Protos.ExecuteResponse> RunAsync(Digest action)
    {
        using AsyncServerStreamingCall<Protos.Operation> call = Execute(action);
        return await EndAsync(call);
    }

    /// <summary>The response of an operation that was begun by another call.</summary>
    public async Task<Protos.ExecuteResponse> WaitAsync(string operation)
    {
        using AsyncServerStreamingCall<Protos.Operation> call = Channel.AsyncServerStreamingCall(
            ExecutionMethods.WaitExecution, new Protos.WaitExecutionRequest { Name = operation });
        return await EndAsync(call);
    }

    /// <summary>Takes an operation back.</summary>
    public Task CancelAsync(string operation) => Channel.UnaryAsync(
        ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = operation }, new CallOptions(Timeout: Patience));

    /// <summary>What the action cache has; null: nothing.</summary>
    public async Task<Protos.ActionResult?> FindResultAsync(Digest action)
    {
        try
        {
            return await _cas.UnaryAsync(
                CasMethods.GetActionResult, new Protos.GetActionResultRequest { ActionDigest = action.ToMessage(), InlineStdout = true }, new CallOptions(Timeout: Patience));
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The response at a call's end.</summary>
    public static async Task<Protos.ExecuteResponse> EndAsync(AsyncServerStreamingCall<Protos.Operation> call)
    {
        while (await call.ResponseStream.MoveNext(default).WaitAsync(Patience))
        {
            if (call.ResponseStream.Current.Done)
            {
                return call.ResponseStream.Current.Response.Unpack<Protos.ExecuteResponse>();
            }
        }

        throw new InvalidOperationException("the stream ended without a response");
    }

    /// <summary>Waits until the action of a call runs.</summary>
    public static async Task<string> RunningAsync(AsyncServerStreamingCall<Protos.Operation> call)
    {
        while (true)
        {
            Assert.True(await call.ResponseStream.MoveNext(default).WaitAsync(Patience));
            Protos.ExecuteOperationMetadata metadata = call.ResponseStream.Current.Metadata.Unpack<Protos.ExecuteOperationMetadata>();
            Assert.False(call.ResponseStream.Current.Done);
            if (metadata.PartialExecutionMetadata.ExecutionStartTimestamp is not null)
            {
                return call.ResponseStream.Current.Name;
            }
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _cas.DisposeAsync();
    }
}
