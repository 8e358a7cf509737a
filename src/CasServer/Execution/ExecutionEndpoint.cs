using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>The execution services, put together.</summary>
internal sealed class ExecutionEndpoint
{
    private readonly ActionScheduler _scheduler;

    public ExecutionEndpoint(ExecutionOptions options, BlobStore store, IActionCache cache, RequestCheck check, ILogger logger, TimeProvider time)
    {
        _scheduler = new ActionScheduler(options, new TaskRunning(options, cache, logger, time), logger, time);
        OperationContext context = new(options, _scheduler, cache, logger, time);
        OperationTable operations = new(context);
        Execution = new ExecutionService(
            context, operations, new ActionLoader(options, store), new ResultInlining(options.Cas.Blobs, options.MaxInlineBytes), check);
        Operations = new OperationsService(operations);
    }

    public ExecutionService Execution { get; }

    public OperationsService Operations { get; }

    public ExecutionStatistics Statistics => _scheduler.Statistics;

    public bool IsDraining => _scheduler.IsDraining;

    public IReadOnlyList<PendingAction> Running => _scheduler.Running;

    public IReadOnlyList<PendingAction> Queued(int most) => _scheduler.Queued(most);

    /// <summary>What this server says that it can run.</summary>
    public static Protos.ExecutionCapabilities Capabilities(IEnumerable<CasClient.DigestFunction> functions)
    {
        Protos.ExecutionCapabilities capabilities = new()
        {
            DigestFunction = Protos.DigestFunction.Types.Value.Sha256,
            ExecEnabled = true,
            ExecutionPriorityCapabilities = new()
            {
                Priorities = { new Protos.PriorityCapabilities.Types.PriorityRange { MinPriority = int.MinValue, MaxPriority = int.MaxValue } },
            },
        };
        capabilities.DigestFunctions.AddRange(functions.Select(static function => function.ToMessage()));
        capabilities.SupportedNodeProperties.AddRange(["mtime", "unix_mode"]);
        return capabilities;
    }

    /// <summary>Takes no more actions and waits for those that run; <paramref name="cancellationToken"/> cancels these.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => _scheduler.DrainAsync(cancellationToken);
}
