using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>
/// REAPI <c>Execution</c>. What keeps an action from being queued ends the call with its status; what happens afterwards
/// stands in the response.
/// </summary>
internal sealed class ExecutionService(OperationContext context, OperationTable operations, ActionLoader loader, ResultInlining inlining, RequestCheck check)
{
    private static readonly Protos.ExecuteRequest s_nothingInlined = new();

    public async Task<bool> Execute(Protos.ExecuteRequest request, IServerStreamWriter<Protos.Operation> messages, ServerCallContext call)
    {
        check.Instance(request.InstanceName);
        Digest digest = RequestCheck.Digest(request.ActionDigest, request.DigestFunction);
        if (context.Scheduler.IsDraining)
        {
            throw StatusMessage.ToException(ActionScheduler.ShuttingDown);
        }

        ExecutionOperation operation = operations.Create(await LoadAsync(digest, request.InstanceName, call.CancellationToken).ConfigureAwait(false), request);
        using IDisposable wait = operation.Wait();
        ExecutionState first = operation.State.Current;
        operation.Start(operations.Finished);
        await StreamAsync(operation, first, request, messages, call.CancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> WaitExecution(Protos.WaitExecutionRequest request, IServerStreamWriter<Protos.Operation> messages, ServerCallContext call)
    {
        ExecutionOperation operation = operations.Find(request.Name);
        using IDisposable wait = operation.Wait();
        await StreamAsync(operation, operation.State.Current, null, messages, call.CancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<PreparedAction> LoadAsync(Digest digest, string instance, CancellationToken cancellationToken)
    {
        try
        {
            return await loader.LoadAsync(digest, instance, cancellationToken).ConfigureAwait(false);
        }
        catch (ActionRefusedException exception)
        {
            throw StatusMessage.ToException(exception.Status, exception);
        }
    }

    /// <summary>Sends states until the last; <paramref name="request"/> is that of the call that made the operation.</summary>
    private async Task StreamAsync(
        ExecutionOperation operation, ExecutionState state, Protos.ExecuteRequest? request, IServerStreamWriter<Protos.Operation> messages, CancellationToken cancellationToken)
    {
        while (state.Response is null)
        {
            await messages.WriteAsync(OperationMessage.From(operation, state), cancellationToken).ConfigureAwait(false);
            state = await operation.State.NextAsync(state, cancellationToken).ConfigureAwait(false);
        }

        if (request is not null && state.Refusal is { } refusal)
        {
            throw StatusMessage.ToException(refusal);
        }

        Protos.ExecuteResponse response = await inlining.ApplyAsync(state.Response, request ?? s_nothingInlined, cancellationToken).ConfigureAwait(false);
        await messages.WriteAsync(OperationMessage.From(operation, state with { Response = response }), cancellationToken).ConfigureAwait(false);
    }
}
