using VirtualRoot.CasClient.Results;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Is told what becomes of actions; from any thread, under no lock. Must neither wait nor throw.</summary>
public interface IExecutionObserver
{
    /// <summary>An action's run has ended; its clients are told next.</summary>
    /// <param name="status">OK also where the command failed.</param>
    /// <param name="exitCode">The command's; null: there is no result.</param>
    /// <param name="metadata">When it reached which point, as far as it came.</param>
    void RunEnded(StatusCode status, int? exitCode, ExecutionMetadata metadata);

    /// <summary>The action cache was asked for a result.</summary>
    /// <param name="found">Whether it had one.</param>
    void CacheAsked(bool found);

    /// <summary>An action was not taken, or given up before it had a slot.</summary>
    /// <param name="status">Why.</param>
    void Refused(StatusCode status);
}
