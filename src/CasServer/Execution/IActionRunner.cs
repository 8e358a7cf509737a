using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasServer.Execution;

/// <summary>What runs actions. Called for at most <see cref="ExecutionOptions.Slots"/> of them at once, from any thread.</summary>
public interface IActionRunner
{
    /// <summary>Runs one action to its end: when the task ends, nothing of it is alive and its outputs are in the CAS.</summary>
    /// <param name="action">What to run: decoded and checked.</param>
    /// <param name="progress">Takes what is known so far, whenever that changes; clients see it.</param>
    /// <param name="cancellationToken">Nobody waits any more: the action is to be killed.</param>
    /// <returns>How it ended. An action that failed is a result; what kept it from running is a status other than OK.</returns>
    /// <exception cref="CasException">An input, or the way of the outputs into the CAS, failed: told as REAPI wants it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<ActionRun> RunAsync(PreparedAction action, IProgress<ExecutionMetadata> progress, CancellationToken cancellationToken);
}
