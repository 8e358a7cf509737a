using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Cli.Serving.Status;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;
using VirtualRoot.Special;
using VirtualRoot.Worker;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Serving;

/// <summary>
/// Runs actions in roots of one build directory: a root, a command under a vroot-init of its own, its outputs into the CAS, and
/// nothing left of it, however it ends. The daemon itself touches no path of the build directory.
/// </summary>
internal sealed class WorkerActionRunner : IActionRunner, IDisposable
{
    private readonly BuildDirectory _build;
    private readonly ActionLauncher _launcher;
    private readonly CasSession _cas;
    private readonly ActionCgroups? _cgroups;
    private readonly WorkerOptions _options;
    private readonly ConcurrentDictionary<PreparedAction, ActionLog> _running = new(ReferenceEqualityComparer.Instance);
    private readonly SafeFileHandle _nothing = File.OpenHandle("/dev/null", access: FileAccess.ReadWrite, share: FileShare.ReadWrite);

    /// <param name="build">Where roots are made; stays its owner's, as the others do.</param>
    /// <param name="launcher">What starts commands.</param>
    /// <param name="cas">Where inputs come from and outputs go.</param>
    /// <param name="cgroups">Where each action gets a cgroup; null: they have none.</param>
    /// <param name="options">How.</param>
    public WorkerActionRunner(BuildDirectory build, ActionLauncher launcher, CasSession cas, ActionCgroups? cgroups, WorkerOptions options)
    {
        _build = build;
        _launcher = launcher;
        _cas = cas;
        _cgroups = cgroups;
        _options = options;
    }

    /// <inheritdoc/>
    public async Task<ActionRun> RunAsync(PreparedAction action, IProgress<ExecutionMetadata> progress, CancellationToken cancellationToken)
    {
        ActionLog log = new();
        long start = Stopwatch.GetTimestamp();
        _running[action] = log;
        try
        {
            ActionRun run = await RunAsync(action, new ActionTimes(progress), log, cancellationToken);
            TellEnd(action, log, run, Stopwatch.GetElapsedTime(start));
            return await log.AddToAsync(run, action.Action.Function, _cas.Sink, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _options.Logger.ActionCancelled(action.Action, action.Operation, log.Root, Stopwatch.GetElapsedTime(start).TotalSeconds);
            throw;
        }
        finally
        {
            _running.TryRemove(action, out _);
        }
    }

    /// <summary>The root of an action that runs here; null: it has none.</summary>
    public string? RootOf(PreparedAction action) => _running.TryGetValue(action, out ActionLog? log) ? log.Root : null;

    public void Dispose() => _nothing.Dispose();

    private static string Describe(ActionOutcome outcome, CapturedOutputs captured, BuildRoot root, CgroupReport? cgroup)
    {
        List<string> lines = [.. captured.Warnings];
        if (outcome.Kind == ActionOutcomeKind.Signaled)
        {
            lines.Add($"the command was ended by signal {outcome.Signal}{(outcome.Message is { } name ? $": {name}" : string.Empty)}");
        }

        if (cgroup is { OutOfMemoryKills: > 0 })
        {
            lines.Add("the action was out of memory, and was killed: it may use what --memory of the worker says, page cache included");
        }

        if (cgroup is { RefusedForks: > 0 })
        {
            lines.Add("a process or thread could not be started (EAGAIN): the action may have as many as --pids of the worker says");
        }

        if (root.Root.Quota.WasReached)
        {
            lines.Add("the root's quota was used up, so that something met ENOSPC: raise --quota-bytes or --quota-inodes of the worker");
        }

        if (root.Root.LogQuota.WasReached)
        {
            lines.Add($"standard output and standard error may have {root.Root.LogQuota.MaxBytes} bytes together; more met ENOSPC: raise --quota-log-bytes of the worker");
        }

        return string.Join('\n', lines);
    }

    private void TellStart(PreparedAction action, BuildRoot root)
    {
        if (_options.Logger.IsEnabled(LogLevel.Information))
        {
            _options.Logger.ActionStarted(action.Action, action.Operation, root.Path, CommandText.Of(action));
        }
    }

    private void TellEnd(PreparedAction action, ActionLog log, ActionRun run, TimeSpan time)
    {
        LogLevel level = ActionFailures.LevelOf(run.Status);
        if (_options.Logger.IsEnabled(level))
        {
            _options.Logger.ActionEnded(level, action.Action, action.Operation, log.Root, run.Status.Code, run.Result?.ExitCode, time.TotalSeconds, run.Status.Message);
        }
    }

    private async Task<ActionRun> RunAsync(PreparedAction action, ActionTimes times, ActionLog log, CancellationToken cancellationToken)
    {
        log.Add($"action {action.Action}, input root {action.InputRoot}, time limit {action.Timeout}");
        times.Reach(static (metadata, now) => metadata with { InputFetchStart = now });
        try
        {
            ActionPlan plan = new(action, _options);
            await using BuildRoot root = await _build.CreateAsync(null, plan.Root, cancellationToken);
            if (plan.Special.Proc == SpecialMode.Kernel && !root.Root.Specials.Proc)
            {
                return new ActionRun { Status = new ActionStatus(StatusCode.FailedPrecondition, "a real procfs has no place: the input root ships /proc as something else than a directory; remove it, or ask for vroot:special auto") };
            }

            times.Reach(static (metadata, now) => metadata with { InputFetchCompleted = now });
            log.Add($"root {root.Path} was made");
            log.Root = root.Path;
            TellStart(action, root);
            TimeSpan waitedBefore = root.Root.Statistics.InputWait;
            (ActionOutcome outcome, CgroupReport? cgroup) = await LaunchAsync(plan, plan.Command(root, _nothing), times, cancellationToken);
            TimeSpan waited = root.Root.Statistics.InputWait - waitedBefore;
            log.Add($"the command ended: {outcome.Kind}, {outcome.Message ?? $"exit code {outcome.ExitCode}"}; {outcome.WallTime.TotalSeconds:F3} s, of which {waited.TotalSeconds:F3} s waiting for inputs");
            log.Add($"/proc, /sys and /dev: {plan.Special}, tier {outcome.Special.Tier}");
            _options.TierTaken?.Invoke(outcome.Special.Tier);
            log.Add(root.Root.Statistics.Snapshot().ToString());
            foreach (CasException input in root.Root.Failures.First)
            {
                log.Add($"an input could not be had: {input.Message}");
            }

            if (ActionFailures.Of(root.Root.Failures) is { } failure)
            {
                return new ActionRun { Status = failure };
            }

            if (outcome.Kind == ActionOutcomeKind.ExecFailed)
            {
                await root.WriteStderrAsync(outcome.Message!, cancellationToken);
            }

            times.Reach((metadata, now) => metadata with
            {
                VirtualExecutionDuration = outcome.WallTime > waited ? outcome.WallTime - waited : TimeSpan.Zero,
                OutputUploadStart = now,
                Auxiliary = ActionUsage.Of(outcome, root.Root.Statistics.Snapshot(), cgroup),
            });
            CapturedOutputs captured = await root.CaptureAsync(_cas.Sink, cancellationToken);
            log.Add($"outputs were captured: {captured.Statistics}");
            times.Reach(static (metadata, now) => metadata with { OutputUploadCompleted = now, WorkerCompleted = now });

            // Outputs may be inputs that nobody read before: what they lacked is found by their capture.
            return ActionFailures.Of(root.Root.Failures) is { } late ? new ActionRun { Status = late } : new ActionRun
            {
                Result = captured.Result with { ExitCode = outcome.ShellStatus, Metadata = times.Metadata },
                Status = ActionFailures.Of(outcome) ?? ActionStatus.Ok,
                Message = Describe(outcome, captured, root, cgroup),
            };
        }
        catch (Exception exception) when (ActionFailures.IsKnown(exception))
        {
            return new ActionRun { Status = ActionFailures.Of(exception) };
        }
    }

    private async Task<(ActionOutcome Outcome, CgroupReport? Cgroup)> LaunchAsync(ActionPlan plan, ActionOptions options, ActionTimes times, CancellationToken cancellationToken)
    {
        if (_cgroups is null)
        {
            return (await LaunchAnywhereAsync(plan, options, times, cancellationToken), null);
        }

        await using ActionCgroup cgroup = await _cgroups.CreateAsync();
        ActionOutcome outcome = await LaunchAnywhereAsync(plan, options with { Cgroup = cgroup.Directory }, times, cancellationToken);
        return (outcome, cgroup.Read());
    }

    private async Task<ActionOutcome> LaunchAnywhereAsync(ActionPlan plan, ActionOptions options, ActionTimes times, CancellationToken cancellationToken)
    {
        ActionOutcome outcome = await LaunchAsync(options, times, cancellationToken);
        if (!plan.MayBeInWorkingDirectory(outcome))
        {
            return outcome;
        }

        ActionOutcome other = await LaunchAsync(options with { Arguments = ["./" + options.Arguments[0], .. options.Arguments.Skip(1)] }, times, cancellationToken);
        return plan.MayBeInWorkingDirectory(other) ? outcome : other;
    }

    private async Task<ActionOutcome> LaunchAsync(ActionOptions options, ActionTimes times, CancellationToken cancellationToken)
    {
        times.Reach(static (metadata, now) => metadata with { ExecutionStart = now }); // its process, its namespaces and its exec are the execution's, as with other workers
        await using ActionProcess process = await _launcher.StartAsync(options, cancellationToken);
        ActionOutcome outcome;
        await using (cancellationToken.UnsafeRegister(static state => ((ActionProcess)state!).Kill(), process))
        {
            outcome = await process.Completion;
        }

        cancellationToken.ThrowIfCancellationRequested();
        times.Reach(static (metadata, now) => metadata with { ExecutionCompleted = now });
        return outcome;
    }
}
