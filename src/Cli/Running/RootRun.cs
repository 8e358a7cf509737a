using System.Diagnostics;
using System.Runtime.InteropServices;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;
using VirtualRoot.Mounting;
using VirtualRoot.Special;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Running;

/// <summary>Mounts a root, runs a command in it, and unmounts, whatever happens in between.</summary>
internal static class RootRun
{
    private const string HermeticHostName = "vroot";

    // After SIGTERM or SIGHUP a command has this long to end by itself; then it is killed with all that it started.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    /// <summary>Does it.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="cas">Where inputs come from.</param>
    /// <param name="signals">Until the command runs they cancel; from then on they are the command's.</param>
    public static async Task<RootRunResult> RunAsync(RootRunOptions options, CasSession cas, TerminationSignals signals)
    {
        long start = Stopwatch.GetTimestamp();
        using ActionLauncher launcher = new();
        MountedRoot mounted = await MountedRoot.StartAsync(MountOptionsOf(options), cas.Directories, cas.Blobs, signals.Token);
        long mountedAt = Stopwatch.GetTimestamp();
        ActionOutcome outcome;
        FuseStatisticsSnapshot fuse;
        BlobStatisticsSnapshot fetched;
        MountStrategy strategy = mounted.Strategy;
        long endedAt;
        long capturedAt;
        RunCapture? capture = null;
        await using (mounted)
        {
            await using (capture = options.Outputs is null ? null : await RunCapture.PrepareAsync(options, mounted.Root, signals.Token))
            {
                outcome = await LaunchAsync(options, mounted, launcher, capture, signals);
                endedAt = Stopwatch.GetTimestamp();
                fuse = mounted.Statistics.Snapshot();
                fetched = cas.Statistics.Snapshot();
                await (capture?.CaptureAsync(outcome, cas, signals.Token) ?? Task.CompletedTask);
                capturedAt = Stopwatch.GetTimestamp();
            }
        }

        return new RootRunResult
        {
            Outcome = outcome,
            Strategy = strategy,
            Special = SpecialSummary.Of(options.Special, mounted.Root.Specials, outcome.Special),
            Fuse = fuse,
            Fetched = fetched,
            Written = mounted.Root.Quota,
            InputFailureCount = mounted.Root.Failures.Count,
            InputFailures = mounted.Root.Failures.First,
            Captured = capture?.Captured,
            CaptureFailure = capture?.Failure,
            MountTime = Stopwatch.GetElapsedTime(start, mountedAt),
            CommandTime = Stopwatch.GetElapsedTime(mountedAt, endedAt),
            UnmountTime = Stopwatch.GetElapsedTime(capturedAt),
        };
    }

    private static MountedRootOptions MountOptionsOf(RootRunOptions options) => new()
    {
        Root = options.Root,
        ScratchParent = options.ScratchParent,
        Special = options.Special,
        Limits = options.Limits,
        Trace = options.Trace,
        Logger = options.Logger,
        Mount = new FuseMountOptions { Strategy = MountStrategy.Direct, Logger = options.Logger },
    };

    private static void TellTier(RootRunOptions options, SpecialSupportReport support)
    {
        if (support.Proc is not null || support.Statfs is not null)
        {
            options.Logger.SpecialTier(support.Tier, Name(support.Proc), Name(support.Statfs));
        }

        static string Name(Errno? errno) => errno switch { null => "not asked for", Errno.Success => "ok", { } refused => refused.ToString() };
    }

    private static async Task<ActionOutcome> LaunchAsync(RootRunOptions options, MountedRoot mounted, ActionLauncher launcher, RunCapture? capture, TerminationSignals signals)
    {
        if (options.Special.Proc == SpecialMode.Kernel && !mounted.Root.Specials.Proc)
        {
            throw new CliException("a real procfs has no place: the input root ships /proc as something else than a directory; remove it from the input root, or use --special auto");
        }

        ActionOptions action = new()
        {
            RootDirectory = mounted.MountPoint,
            Arguments = options.Command,
            Environment = options.Environment,
            WorkingDirectory = options.WorkingDirectory,
            Stdout = capture?.Stdout ?? options.Stdout,
            Stderr = capture?.Stderr,
            Special = SpecialPlan.Make(options.Special, mounted.Root.Specials, options.Limits, options.StatfsAnswers, UserNamespace.IsInitial()),
            InitStarted = mounted.SetActionInit,
            Limits = options.ProcessLimits,
            ProcessorCount = options.Limits.Cpus is { } cpus ? (int)Math.Ceiling(cpus) : null,
            HostName = options.Limits.Profile == MachineProfile.Hermetic ? HermeticHostName : null,
            Namespaces = options.Limits.Profile == MachineProfile.Hermetic ? ActionNamespaces.Pid | ActionNamespaces.Uts : ActionNamespaces.Pid,
        };
        using TerminalSignals passedOn = new();
        await using ActionProcess process = await launcher.StartAsync(action, signals.Token);
        capture?.Started();
        using Timer grace = new(_ => process.Kill());
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => grace.Change(s_grace, Timeout.InfiniteTimeSpan));
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => grace.Change(s_grace, Timeout.InfiniteTimeSpan));
        passedOn.Attach(process);
        ActionOutcome outcome = await process.Completion;
        TellTier(options, outcome.Special);
        return outcome;
    }
}
