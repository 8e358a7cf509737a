using System.CommandLine;
using System.Globalization;
using System.Net;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasServer;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Serving;
using VirtualRoot.Cli.Serving.Status;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Special;
using VirtualRoot.Tree;
using VirtualRoot.Worker;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot serve</c>.</summary>
internal sealed class ServeCommand : VRootCommand
{
    // nobody: a daemon that is root must not lend its powers, by which a chroot can be left.
    private const uint Nobody = 65534;

    // As the control API's: a command that prints without end must not fill the disk of all.
    private const long DefaultLogBytes = 256 << 20;

    // What ran to its end is to reach its client, also on a busy machine; who has none left is not waited for.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(30);

    // A timer takes no more; an action that runs for longer has met its own time limit before.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(24);

    private readonly ListenOptionSet _listen = new();
    private readonly Option<string> _directory = new("--build-directory") { HelpName = "DIR", Description = "Where roots of actions are mounted; made if it is missing [default: build, beside the cache]" };
    private readonly Option<string> _slots = new("--slots") { HelpName = "N", Description = "Actions run at once [default: as many as processors]" };
    private readonly Option<string> _user = new("--action-user") { HelpName = "UID[:GID]", Description = "Who actions run as; needs root [default: 65534:65534 where vroot is root, else you]" };
    private readonly Option<string> _network = new("--network") { HelpName = "on|off", Description = "Whether actions that do not ask have this machine's network [default: on]" };
    private readonly Option<string> _unknown = new("--unknown-properties") { HelpName = "refuse|ignore", Description = "What platform properties do that vroot does not know [default: refuse]" };
    private readonly Option<string> _defaultTimeout = new("--default-timeout") { HelpName = "TIME", Description = "Time limit of an action that states none [default: 1h]" };
    private readonly Option<string> _maxTimeout = new("--max-timeout") { HelpName = "TIME", Description = "Longest time limit that an action may state [default: 24h]" };
    private readonly Option<string> _drain = new("--drain-timeout") { HelpName = "TIME", Description = "After SIGTERM, how long actions that run may go on before they are cancelled [default: as long as they need]" };
    private readonly Option<string> _status = new("--status-listen") { HelpName = "ADDRESS:PORT", Description = "Where a status page, /metrics for Prometheus and /healthz are served by HTTP, such as 127.0.0.1:9980 [default: nowhere]" };
    private readonly Option<string> _quotaLog = new("--quota-log-bytes") { HelpName = "SIZE", Description = "Bytes of an action's standard output and standard error together; beyond them is ENOSPC [default: 256M]" };
    private readonly Option<string[]> _limits = ResourceLimitText.Option("each process of an action", "core=0");
    private readonly Option<string> _cgroup = new("--cgroup") { HelpName = "auto|off|DIR", Description = "The cgroup (version 2) in which each action gets one, where --memory, --cpus and --pids are enforced; auto: the daemon's own, if delegated [default: auto]" };
    private readonly Option<string> _pids = new("--pids") { HelpName = "N", Description = "Processes and threads that an action may have, where it has a cgroup; beyond them fork is EAGAIN [default: no bound]" };
    private readonly Option<bool> _temporary = new("--set-tmpdir") { Description = "Add TMPDIR=/tmp to environments that have none" };
    private readonly RootOptionSet _root = new();

    public ServeCommand()
        : base(
            "serve",
            "Runs actions (REAPI v2: execution, CAS and action cache in one) until a signal; prints its addresses once it listens. Each option can stand in the configuration file, too, or be a variable: VROOT_SERVE_SLOTS",
            "vroot serve                                          then: bazel build --remote_executor=grpc://127.0.0.1:8980 //...",
            "vroot serve --listen 0.0.0.0:8980 --build-directory /srv/build --slots 16 --network off",
            "vroot serve --status-listen 127.0.0.1:9980 --log-format json --log-level info",
            "vroot serve --cas grpc://cas:8980 --cache /srv/cache     then bazel wants --remote_cache=grpc://cas:8980, too")
    {
        _listen.AddTo(this);
        Options.Add(_directory);
        Options.Add(_slots);
        Options.Add(_user);
        Options.Add(_network);
        Options.Add(_unknown);
        Options.Add(_defaultTimeout);
        Options.Add(_maxTimeout);
        Options.Add(_drain);
        Options.Add(_status);
        Options.Add(_temporary);
        Options.Add(_quotaLog);
        Options.Add(_limits);
        Options.Add(_cgroup);
        Options.Add(_pids);
        _root.AddTo(this);
        Common.AddSpecialOfAction(this).AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        SettingSources sources = Common.Open(parse);
        CommonSettings settings = Common.Read(parse, sources);
        CommandSettings own = new(parse, sources, SettingNames.Serve);
        ErrorLogger logger = new(settings.LogLevel);
        ServiceNotification manager = ServiceNotification.OfEnvironment(logger);
        IPEndPoint? statusAddress = own.Find(_status) is { } address ? StatusServer.Parse(address) : null;
        WorkerMetrics? metrics = statusAddress is null ? null : new WorkerMetrics();
        TimeSpan drain = ReadDrain(own);
        (uint Uid, uint Gid)? user = ReadUser(own);
        Func<IActionRunner, CasSession, ExecutionOptions> execution = ReadExecution(own);
        MountPlace.Enter();
        string scratch = MountPlace.Prepare(settings, _root.ReadScratch(own), logger);
        RootOptions root = _root.ReadRoot(own, default);
        MachineLimits limits = _root.ReadLimits(own);
        SpecialText.RequireWholeMachine(settings.Special, limits);
        WorkerOptions worker = new()
        {
            Root = (user is { } ids ? root with { Uid = ids.Uid, Gid = ids.Gid } : root) with { QuotaLogBytes = ReadLogQuota(own) },
            Uid = user?.Uid,
            Gid = user?.Gid,
            Special = settings.Special,
            StatfsAnswers = settings.StatfsAnswers,
            Limits = limits,
            Network = Choose(own, _network, ("on", true), ("off", false)),
            SetTemporaryDirectory = own.IsSet(_temporary),
            Cgroup = ReadCgroup(own),
            CgroupLimits = new CgroupLimits { MemoryBytes = limits.MemoryBytes, Cpus = limits.Cpus, Pids = ReadPids(own) },
            ProcessLimits = ResourceLimitText.Read([new ResourceLimit(LimitedResource.Core, 0, 0)], own.FindAll(_limits)),
            TierTaken = metrics is null ? null : metrics.TierTaken,
            Logger = logger,
        };
        BuildDirectoryOptions build = new()
        {
            Directory = PrepareDirectory(own, settings, logger),
            ScratchParent = scratch,
            Mount = new FuseMountOptions { Strategy = MountStrategy.Direct, Logger = logger },
            Logger = logger,
        };
        using ServingSignals serving = new();
        await using OpenedCas cas = OpenedCas.Open(settings, logger, durable: true);
        CasServerOptions endpoint = _listen.Read(own, cas.Store.Directory, settings, logger);
        endpoint.Validate();
        await using WorkerServer server = await WorkerServer.StartAsync(
            cas, build, worker, runner => endpoint with { Execution = execution(runner, cas.Session) with { Observer = metrics }, CallObserver = metrics, ShutdownTimeout = s_farewell }, signals.Token);
        await using StatusServer? status = statusAddress is null ? null : await StatusServer.StartAsync(statusAddress, new StatusApplication(server.Status, metrics!, logger), signals.Token);
        ListenOptionSet.Announce(server.Addresses, settings.Json, status?.Address);
        manager.Ready($"serving on {string.Join(", ", server.Addresses)}");
        TaskCompletionSource signalled = new();
        await using CancellationTokenRegistration registration = signals.Token.Register(signalled.SetResult);
        Task ended = await Task.WhenAny(server.MountEnd, signalled.Task);
        manager.Stopping(ended == signalled.Task ? "draining: actions that run may end, and no more are taken" : $"{build.Directory} was unmounted");
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(serving.Impatience);
        patience.CancelAfter(ended == signalled.Task ? drain : TimeSpan.Zero);
        await using CancellationTokenRegistration cut = patience.Token.Register(() =>
        {
            if (ended == signalled.Task && !serving.Impatience.IsCancellationRequested)
            {
                logger.DrainCutShort(drain);
            }
        });
        await server.DrainAsync(patience.Token);
        await ended;
        return signals.Received == 0
            ? throw new CliException($"{PrintableText.Of(build.Directory)} was unmounted by somebody else: without it no action can run; start vroot serve again")
            : ExitCode.OfSignal(signals.Received);
    }

    private string? ReadCgroup(CommandSettings own) => own.Find(_cgroup) switch
    {
        null or { Text: WorkerOptions.OwnCgroup } => WorkerOptions.OwnCgroup,
        { Text: "off" } => null,
        { } directory when directory.Text.StartsWith('/') => directory.Text,
        { } other => throw CliException.Usage($"{other.Origin}: '{PrintableText.Of(other.Text)}' is neither auto nor off nor the absolute path of a cgroup, such as /sys/fs/cgroup/vroot"),
    };

    private long? ReadPids(CommandSettings own) => own.Find(_pids) is not { } given ? null
        : ReadCgroup(own) is null ? throw CliException.Usage($"{given.Origin} is enforced by a cgroup, and --cgroup is off: leave one of them out")
        : long.TryParse(given.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long pids) && pids is >= 1 and <= 4_194_304
            ? pids
            : throw CliException.Usage($"{given.Origin}: '{PrintableText.Of(given.Text)}' is no number from 1 to 4194304");

    private long ReadLogQuota(CommandSettings own) => own.Find(_quotaLog) is not { } given ? DefaultLogBytes
        : ByteSize.TryParse(given.Text, out long bytes)
            ? bytes
            : throw CliException.Usage($"{given.Origin}: '{PrintableText.Of(given.Text)}' is no size: write 10M or 1G");

    private static T Choose<T>(CommandSettings own, Option<string> option, params (string Text, T Value)[] values)
    {
        if (own.Find(option) is not { } given)
        {
            return values[0].Value;
        }

        (string Text, T Value)[] found = Array.FindAll(values, value => value.Text == given.Text);
        return found.Length > 0
            ? found[0].Value
            : throw CliException.Usage($"{given.Origin}: '{PrintableText.Of(given.Text)}' is neither {string.Join(" nor ", values.Select(static value => value.Text))}");
    }

    private static string PrepareDirectory(string directory, ErrorLogger logger)
    {
        try
        {
            StaleMounts.DetachOwn(directory, logger); // a dead daemon's mount: no directory that anybody can look at
            Directory.CreateDirectory(directory);
            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot use the build directory {PrintableText.Of(directory)}: {exception.Message} Name another by --build-directory", inner: exception);
        }
    }

    private static TimeSpan? ReadTime(CommandSettings own, Option<string> option) => own.Find(option) is not { } given ? null
        : Duration.TryParse(given.Text, out TimeSpan time) ? time
        : throw CliException.Usage($"{given.Origin}: '{PrintableText.Of(given.Text)}' is no time: write 30s, 5m or 1h");

    private TimeSpan ReadDrain(CommandSettings own) =>
        ReadTime(own, _drain) is { } time && time <= s_longestTimer ? time : Timeout.InfiniteTimeSpan;

    private string PrepareDirectory(CommandSettings own, CommonSettings settings, ErrorLogger logger) =>
        PrepareDirectory(Path.GetFullPath(own.Find(_directory)?.Text ?? Path.Combine(settings.CacheDirectory, "build")), logger);

    // Read before anything is mounted: a service that is started again and again by what is wrong here would mount each time.
    private Func<IActionRunner, CasSession, ExecutionOptions> ReadExecution(CommandSettings own)
    {
        int slots = Environment.ProcessorCount;
        if (own.Find(_slots) is { } given && (!int.TryParse(given.Text, NumberStyles.None, CultureInfo.InvariantCulture, out slots) || slots is < 1 or > 1000))
        {
            throw CliException.Usage($"{given.Origin}: '{PrintableText.Of(given.Text)}' is no number from 1 to 1000");
        }

        TimeSpan most = ReadTime(own, _maxTimeout) ?? ExecutionOptions.UsualMaxTimeout;
        TimeSpan byDefault = ReadTime(own, _defaultTimeout) ?? (ExecutionOptions.UsualTimeout < most ? ExecutionOptions.UsualTimeout : most);
        if (byDefault > most)
        {
            throw CliException.Usage($"{own.Find(_defaultTimeout)?.Origin} is {byDefault}, and the longest time limit ({_maxTimeout.Name}) {most}: the default cannot be above it");
        }

        UnknownProperties unknown = Choose(own, _unknown, ("refuse", UnknownProperties.Refuse), ("ignore", UnknownProperties.Ignore));
        return (runner, cas) => new ExecutionOptions
        {
            Runner = runner,
            Cas = cas,
            Slots = slots,
            MaxTimeout = most,
            DefaultTimeout = byDefault,
            UnknownProperties = unknown,
        };
    }

    private (uint Uid, uint Gid)? ReadUser(CommandSettings own)
    {
        if (own.Find(_user) is not { } given)
        {
            return Environment.IsPrivilegedProcess && !UserNamespaceLauncher.IsInside ? (Nobody, Nobody) : null;
        }

        return UserText.TryParse(given.Text, out uint uid, out uint gid)
            ? (uid, gid)
            : throw CliException.Usage($"{given.Origin}: '{PrintableText.Of(given.Text)}' is not UID[:GID]: write numbers, such as 1000:1000");
    }
}
