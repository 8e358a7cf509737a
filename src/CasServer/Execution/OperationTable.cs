using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Operations by name: those under way, and for a time, within a bound, those that have ended.</summary>
internal sealed class OperationTable(OperationContext context)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ExecutionOperation> _operations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ExecutionOperation> _inOrder = [];
    private readonly LinkedList<(ExecutionOperation Operation, DateTimeOffset At)> _finished = new();
    private long _sequence;

    /// <summary>A new operation, not started.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too many are under way.</exception>
    public ExecutionOperation Create(PreparedAction action, Protos.ExecuteRequest request)
    {
        lock (_gate)
        {
            if (_operations.Count - _finished.Count >= context.Options.MaxOperations)
            {
                throw new RpcException(StatusCode.ResourceExhausted, $"{context.Options.MaxOperations} operations are under way here, and no more may: try again later");
            }

            ExecutionOperation operation = new(context, action, request, ++_sequence);
            _operations.Add(operation.Name, operation);
            _inOrder.Add(operation.Sequence, operation);
            return operation;
        }
    }

    /// <summary>An operation has ended.</summary>
    public void Finished(ExecutionOperation operation)
    {
        lock (_gate)
        {
            _finished.AddLast((operation, context.Time.GetUtcNow()));
            Sweep();
        }
    }

    /// <summary>The operation of this name.</summary>
    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public ExecutionOperation Find(string name)
    {
        lock (_gate)
        {
            Sweep();
            return _operations.TryGetValue(name, out ExecutionOperation? operation) ? operation : throw NotFound(name);
        }
    }

    /// <summary>Forgets an operation that has ended.</summary>
    /// <exception cref="RpcException">NOT_FOUND; FAILED_PRECONDITION: it has not ended.</exception>
    public void Delete(string name)
    {
        lock (_gate)
        {
            Sweep();
            if (!_operations.TryGetValue(name, out ExecutionOperation? operation))
            {
                throw NotFound(name);
            }

            LinkedListNode<(ExecutionOperation Operation, DateTimeOffset At)>? node = _finished.First;
            while (node is not null && node.Value.Operation != operation)
            {
                node = node.Next;
            }

            if (node is null)
            {
                throw new RpcException(StatusCode.FailedPrecondition, $"{operation.Name} has not ended: cancel it first");
            }

            Remove(node);
        }
    }

    /// <summary>Up to <paramref name="count"/> operations made after <paramref name="sequence"/>, the oldest first.</summary>
    public IReadOnlyList<ExecutionOperation> List(long sequence, int count)
    {
        lock (_gate)
        {
            Sweep();
            return [.. _inOrder.SkipWhile(pair => pair.Key <= sequence).Take(count).Select(static pair => pair.Value)];
        }
    }

    private static RpcException NotFound(string name) =>
        new(StatusCode.NotFound, $"there is no operation '{CasClient.EscapedText.Of(name)}' here: it ended long ago, or this server was started since; execute again");

    private void Sweep()
    {
        DateTimeOffset oldest = context.Time.GetUtcNow() - context.Options.FinishedAge;
        while (_finished.First is { } first && (_finished.Count > context.Options.MaxFinished || first.Value.At < oldest))
        {
            Remove(first);
        }
    }

    private void Remove(LinkedListNode<(ExecutionOperation Operation, DateTimeOffset At)> node)
    {
        _operations.Remove(node.Value.Operation.Name);
        _inOrder.Remove(node.Value.Operation.Sequence);
        _finished.Remove(node);
    }
}
