using System.CommandLine;
using System.Globalization;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasServer;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Serving;
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

    private readonly ListenOptionSet _listen = new();
    private readonly Option<string> _directory = new("--build-directory") { HelpName = "DIR", Description = "Where roots of actions are mounted; made if it is missing [default: build, beside the cache]" };
    private readonly Option<string> _slots = new("--slots") { HelpName = "N", Description = "Actions run at once [default: as many as processors]" };
    private readonly Option<string> _user = new("--action-user") { HelpName = "UID[:GID]", Description = "Who actions run as; needs root [default: 65534:65534 where vroot is root, else you]" };
    private readonly Option<string> _network = new("--network") { HelpName = "on|off", Description = "Whether actions that do not ask have this machine's network [default: on]" };
    private readonly Option<string> _unknown = new("--unknown-properties") { HelpName = "refuse|ignore", Description = "What platform properties do that vroot does not know [default: refuse]" };
    private readonly Option<string> _defaultTimeout = new("--default-timeout") { HelpName = "TIME", Description = "Time limit of an action that states none [default: 1h]" };
    private readonly Option<string> _maxTimeout = new("--max-timeout") { HelpName = "TIME", Description = "Longest time limit that an action may state [default: 24h]" };
    private readonly Option<string> _quotaLog = new("--quota-log-bytes") { HelpName = "SIZE", Description = "Bytes of an action's standard output and standard error together; beyond them is ENOSPC [default: 256M]" };
    private readonly Option<string[]> _limits = ResourceLimitText.Option("each process of an action", "core=0");
    private readonly Option<string> _cgroup = new("--cgroup") { HelpName = "auto|off|DIR", Description = "The cgroup (version 2) in which each action gets one, where --memory, --cpus and --pids are enforced; auto: the daemon's own, if delegated [default: auto]" };
    private readonly Option<string> _pids = new("--pids") { HelpName = "N", Description = "Processes and threads that an action may have, where it has a cgroup; beyond them fork is EAGAIN [default: no bound]" };
    private readonly Option<bool> _temporary = new("--set-tmpdir") { Description = "Add TMPDIR=/tmp to environments that have none" };
    private readonly RootOptionSet _root = new();

    public ServeCommand()
        : base(
            "serve",
            "Runs actions (REAPI v2: execution, CAS and action cache in one) until a signal; prints its addresses once it listens",
            "vroot serve                                          then: bazel build --remote_executor=grpc://127.0.0.1:8980 //...",
            "vroot serve --listen 0.0.0.0:8980 --build-directory /srv/build --slots 16 --network off",
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
        CommonSettings settings = Common.Read(parse);
        ErrorLogger logger = new(settings.LogLevel);
        (uint Uid, uint Gid)? user = ReadUser(parse);
        MountPlace.Enter();
        string scratch = MountPlace.Prepare(settings, _root.ReadScratch(parse), logger);
        RootOptions root = _root.ReadRoot(parse, default);
        MachineLimits limits = _root.ReadLimits(parse);
        SpecialText.RequireWholeMachine(settings.Special, limits);
        WorkerOptions worker = new()
        {
            Root = (user is { } ids ? root with { Uid = ids.Uid, Gid = ids.Gid } : root) with { QuotaLogBytes = ReadLogQuota(parse) },
            Uid = user?.Uid,
            Gid = user?.Gid,
            Special = settings.Special,
            StatfsAnswers = settings.StatfsAnswers,
            Limits = limits,
            Network = Choose(parse, _network, ("on", true), ("off", false)),
            SetTemporaryDirectory = parse.GetValue(_temporary),
            Cgroup = ReadCgroup(parse),
            CgroupLimits = new CgroupLimits { MemoryBytes = limits.MemoryBytes, Cpus = limits.Cpus, Pids = ReadPids(parse) },
            ProcessLimits = ResourceLimitText.Read([new ResourceLimit(LimitedResource.Core, 0, 0)], (parse.GetValue(_limits) ?? []).Select(text => new SettingValue(text, _limits.Name))),
            Logger = logger,
        };
        BuildDirectoryOptions build = new()
        {
            Directory = PrepareDirectory(parse, settings, logger),
            ScratchParent = scratch,
            Mount = new FuseMountOptions { Strategy = MountStrategy.Direct, Logger = logger },
            Logger = logger,
        };
        using ServingSignals serving = new();
        await using OpenedCas cas = OpenedCas.Open(settings, logger, durable: true);
        CasServerOptions endpoint = _listen.Read(parse, cas.Store.Directory, settings, logger);
        await using WorkerServer server = await WorkerServer.StartAsync(
            cas, build, worker, runner => endpoint with { Execution = ReadExecution(parse, runner, cas.Session), ShutdownTimeout = s_farewell }, signals.Token);
        ListenOptionSet.Announce(server.Addresses, settings.Json);
        TaskCompletionSource signalled = new();
        await using CancellationTokenRegistration registration = signals.Token.Register(signalled.SetResult);
        Task ended = await Task.WhenAny(server.MountEnd, signalled.Task);
        await server.DrainAsync(ended == signalled.Task ? serving.Impatience : new CancellationToken(canceled: true));
        await ended;
        return signals.Received == 0
            ? throw new CliException($"{PrintableText.Of(build.Directory)} was unmounted by somebody else: without it no action can run; start vroot serve again")
            : ExitCode.OfSignal(signals.Received);
    }

    private string? ReadCgroup(ParseResult parse) => parse.GetValue(_cgroup) switch
    {
        null => WorkerOptions.OwnCgroup,
        "off" => null,
        WorkerOptions.OwnCgroup => WorkerOptions.OwnCgroup,
        { } directory when directory.StartsWith('/') => directory,
        { } other => throw CliException.Usage($"--cgroup: '{PrintableText.Of(other)}' is neither auto nor off nor the absolute path of a cgroup, such as /sys/fs/cgroup/vroot"),
    };

    private long? ReadPids(ParseResult parse) => parse.GetValue(_pids) is not { } text ? null
        : ReadCgroup(parse) is null ? throw CliException.Usage("--pids is enforced by a cgroup, and --cgroup is off: leave one of them out")
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long pids) && pids is >= 1 and <= 4_194_304
            ? pids
            : throw CliException.Usage($"--pids: '{PrintableText.Of(text)}' is no number from 1 to 4194304");

    private long ReadLogQuota(ParseResult parse) => parse.GetValue(_quotaLog) is not { } size ? DefaultLogBytes
        : ByteSize.TryParse(size, out long bytes)
            ? bytes
            : throw CliException.Usage($"--quota-log-bytes: '{PrintableText.Of(size)}' is no size: write 10M or 1G");

    private static T Choose<T>(ParseResult parse, Option<string> option, params (string Text, T Value)[] values)
    {
        string text = parse.GetValue(option) ?? values[0].Text;
        (string Text, T Value)[] found = Array.FindAll(values, value => value.Text == text);
        return found.Length > 0
            ? found[0].Value
            : throw CliException.Usage($"{option.Name}: '{PrintableText.Of(text)}' is neither {string.Join(" nor ", values.Select(static value => value.Text))}");
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

    private static TimeSpan ReadTime(ParseResult parse, Option<string> option, TimeSpan otherwise) => parse.GetValue(option) is not { } text ? otherwise
        : Duration.TryParse(text, out TimeSpan time) ? time
        : throw CliException.Usage($"{option.Name}: '{PrintableText.Of(text)}' is no time: write 30s, 5m or 1h");

    private string PrepareDirectory(ParseResult parse, CommonSettings settings, ErrorLogger logger) =>
        PrepareDirectory(Path.GetFullPath(parse.GetValue(_directory) ?? Path.Combine(settings.CacheDirectory, "build")), logger);

    private ExecutionOptions ReadExecution(ParseResult parse, IActionRunner runner, CasSession cas)
    {
        ExecutionOptions execution = new() { Runner = runner, Cas = cas };
        int slots = execution.Slots;
        if (parse.GetValue(_slots) is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out slots) || slots is < 1 or > 1000))
        {
            throw CliException.Usage($"--slots: '{PrintableText.Of(text)}' is no number from 1 to 1000");
        }

        TimeSpan most = ReadTime(parse, _maxTimeout, execution.MaxTimeout);
        TimeSpan byDefault = ReadTime(parse, _defaultTimeout, execution.DefaultTimeout < most ? execution.DefaultTimeout : most);
        return execution with
        {
            Slots = slots,
            MaxTimeout = most,
            DefaultTimeout = byDefault,
            UnknownProperties = Choose(parse, _unknown, ("refuse", UnknownProperties.Refuse), ("ignore", UnknownProperties.Ignore)),
        };
    }

    private (uint Uid, uint Gid)? ReadUser(ParseResult parse)
    {
        if (parse.GetValue(_user) is not { } text)
        {
            return Environment.IsPrivilegedProcess && !UserNamespaceLauncher.IsInside ? (Nobody, Nobody) : null;
        }

        return UserText.TryParse(text, out uint uid, out uint gid)
            ? (uid, gid)
            : throw CliException.Usage($"--action-user: '{PrintableText.Of(text)}' is not UID[:GID]: write numbers, such as 1000:1000");
    }
}
