using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>A client's Execute or WaitExecution. Disposing it before its end is a client that goes away.</summary>
internal sealed class ExecutionCall(AsyncServerStreamingCall<Protos.Operation> call) : IDisposable
{
    public static Stage StageOf(Protos.Operation operation) => MetadataOf(operation).Stage;

    public static Protos.ExecuteOperationMetadata MetadataOf(Protos.Operation operation) => operation.Metadata.Unpack<Protos.ExecuteOperationMetadata>();

    public static Protos.ExecuteResponse ResponseOf(Protos.Operation operation)
    {
        Assert.True(operation.Done);
        return operation.Response.Unpack<Protos.ExecuteResponse>();
    }

    /// <summary>The next message; null after the last.</summary>
    public async Task<Protos.Operation?> NextAsync() =>
        await call.ResponseStream.MoveNext(default).WaitAsync(ExecutionFixture.Patience) ? call.ResponseStream.Current : null;

    /// <summary>The first message in this stage.</summary>
    public async Task<Protos.Operation> ReachAsync(Stage stage)
    {
        while (true)
        {
            Protos.Operation? operation = await NextAsync();
            Assert.NotNull(operation);
            if (StageOf(operation) == stage)
            {
                return operation;
            }
        }
    }

    /// <summary>All messages that are left.</summary>
    public async Task<List<Protos.Operation>> RestAsync()
    {
        List<Protos.Operation> operations = [];
        while (await NextAsync() is { } operation)
        {
            operations.Add(operation);
        }

        return operations;
    }

    /// <summary>The response that the call ends with.</summary>
    public async Task<Protos.ExecuteResponse> ResponseAsync() => ResponseOf((await RestAsync())[^1]);

    public void Dispose() => call.Dispose();
}
