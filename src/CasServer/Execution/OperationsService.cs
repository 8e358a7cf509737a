using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>google.longrunning <c>Operations</c>, of actions.</summary>
internal sealed class OperationsService(OperationTable operations)
{
    private const string Collection = "operations";
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;

    public Task<Protos.Operation> GetOperation(Protos.GetOperationRequest request, ServerCallContext call)
    {
        ExecutionOperation operation = operations.Find(request.Name);
        return Task.FromResult(OperationMessage.From(operation, operation.State.Current));
    }

    public Task<Protos.ListOperationsResponse> ListOperations(Protos.ListOperationsRequest request, ServerCallContext call)
    {
        if (request.Name is not ("" or Collection))
        {
            throw new RpcException(StatusCode.NotFound, $"'{EscapedText.Of(request.Name)}' has no operations: ask for '{Collection}'");
        }

        if (request.Filter.Length > 0 || request.PageSize < 0)
        {
            throw new RpcException(StatusCode.InvalidArgument, "operations can be listed without a filter, in pages of a size that is not negative");
        }

        long after = 0;
        if (request.PageToken.Length > 0 && !long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new RpcException(StatusCode.InvalidArgument, "page_token is none that this server gave");
        }

        int size = request.PageSize == 0 ? DefaultPageSize : Math.Min(request.PageSize, MaxPageSize);
        IReadOnlyList<ExecutionOperation> found = operations.List(after, size + 1);
        Protos.ListOperationsResponse response = new();
        response.Operations.AddRange(found.Take(size).Select(static operation => OperationMessage.From(operation, operation.State.Current)));
        if (found.Count > size)
        {
            response.NextPageToken = found[size - 1].Sequence.ToString(CultureInfo.InvariantCulture);
        }

        return Task.FromResult(response);
    }

    public Task<Empty> CancelOperation(Protos.CancelOperationRequest request, ServerCallContext call)
    {
        ExecutionOperation operation = operations.Find(request.Name);
        operation.Cancel(new ActionStatus(StatusCode.Cancelled, $"{operation.Name} was cancelled by CancelOperation"));
        return Task.FromResult(new Empty());
    }

    public Task<Empty> DeleteOperation(Protos.DeleteOperationRequest request, ServerCallContext call)
    {
        operations.Delete(request.Name);
        return Task.FromResult(new Empty());
    }

    /// <summary>The operation at its end, or after the time that the request states, whichever is first.</summary>
    public async Task<Protos.Operation> WaitOperation(Protos.WaitOperationRequest request, ServerCallContext call)
    {
        ExecutionOperation operation = operations.Find(request.Name);
        using IDisposable wait = operation.Wait();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        if (request.Timeout is { } timeout)
        {
            either.CancelAfter(timeout.Seconds is < 0 or > int.MaxValue / 1000 || timeout.Nanos is < 0 or > 999_999_999
                ? throw new RpcException(StatusCode.InvalidArgument, "the timeout is negative, malformed, or longer than 24 days")
                : timeout.ToTimeSpan());
        }

        ExecutionState state = operation.State.Current;
        try
        {
            while (state.Response is null)
            {
                state = await operation.State.NextAsync(state, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!call.CancellationToken.IsCancellationRequested)
        {
            state = operation.State.Current;
        }

        return OperationMessage.From(operation, state);
    }
}
