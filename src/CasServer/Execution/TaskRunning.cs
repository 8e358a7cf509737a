using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Execution;

/// <summary>What happens to an action in its slot: the runner, its failures, and the action cache.</summary>
internal sealed class TaskRunning(ExecutionOptions options, IActionCache cache, ILogger logger, TimeProvider time)
{
    /// <summary>A response without a result.</summary>
    public static Protos.ExecuteResponse Failed(ActionStatus status) => new() { Status = StatusMessage.From(status) };

    /// <summary>Runs an action. This is the one place where a runner's exception becomes a status.</summary>
    public async Task<Protos.ExecuteResponse> RunAsync(ActionTask task)
    {
        task.State.Change(state => state with
        {
            Stage = Stage.Executing,
            Metadata = state.Metadata with { Worker = options.WorkerName, WorkerStart = time.GetUtcNow() },
        });
        Digest action = task.Action.Action;
        try
        {
            ActionRun run = await options.Runner.RunAsync(task.Action, task, task.CancellationToken).ConfigureAwait(false);
            return await FinishAsync(task, run).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (task.CancellationToken.IsCancellationRequested)
        {
            return Failed(new ActionStatus(StatusCode.Cancelled, $"action {action} was cancelled"));
        }
        catch (CasException exception)
        {
            return Failed(ActionStatus.Of(exception));
        }
        catch (Exception exception)
        {
            // The client learns nothing of the cause, which may hold paths or secrets.
            logger.RunnerFailed(action, exception);
            return Failed(new ActionStatus(StatusCode.Internal, $"the worker failed to run action {action}; the server's log has the cause"));
        }
    }

    private async Task<Protos.ExecuteResponse> FinishAsync(ActionTask task, ActionRun run)
    {
        List<string> notes = [.. task.Action.Platform.Notes];
        Protos.ActionResult? result = run.Result is null ? null : ActionResultMessage.From(run.Result with { Metadata = Complete(task, run.Result.Metadata) });
        if (result is { ExitCode: 0 } && run.Status.Code == StatusCode.OK && !task.Action.DoNotCache)
        {
            notes.AddRange(await KeepAsync(task.Action, result).ConfigureAwait(false));
        }

        Protos.ExecuteResponse response = new()
        {
            Result = result,
            Status = StatusMessage.From(run.Status),
            Message = string.Join('\n', notes.Append(run.Message).Where(static text => text.Length > 0)),
        };
        foreach ((string name, ServerLogFile log) in run.ServerLogs)
        {
            response.ServerLogs.Add(name, new Protos.LogFile { Digest = log.Digest.ToMessage(), HumanReadable = log.IsHumanReadable });
        }

        return response;
    }

    private ExecutionMetadata Complete(ActionTask task, ExecutionMetadata? told)
    {
        ExecutionMetadata known = task.State.Current.Metadata;
        ExecutionMetadata metadata = told ?? known;
        return metadata with
        {
            Worker = options.WorkerName,
            Queued = known.Queued,
            WorkerStart = known.WorkerStart,
            WorkerCompleted = metadata.WorkerCompleted ?? time.GetUtcNow(),
        };
    }

    // The result is good, whether or not it can be kept: the next client runs the action again.
    private async Task<IEnumerable<string>> KeepAsync(PreparedAction action, Protos.ActionResult result)
    {
        try
        {
            await cache.KeepAsync(action.Instance, action.Action, result, CancellationToken.None).ConfigureAwait(false);
            return [];
        }
        catch (Exception exception)
        {
            logger.ResultNotKept(action.Action, exception);
            return ["the result could not be stored in the action cache; the server's log has the cause"];
        }
    }
}
