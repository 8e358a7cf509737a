using Microsoft.Extensions.Logging;

namespace VirtualRoot.CasServer.Execution;

/// <summary>What all operations share.</summary>
internal sealed record OperationContext(
    ExecutionOptions Options, ActionScheduler Scheduler, IActionCache Cache, ILogger Logger, TimeProvider Time);
