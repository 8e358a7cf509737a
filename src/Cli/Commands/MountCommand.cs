using System.CommandLine;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Running;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;
using VirtualRoot.Mounting;
using VirtualRoot.Special;
using VirtualRoot.Tree;
using VirtualRoot.Worker.Control;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot mount</c>.</summary>
internal sealed class MountCommand : VRootCommand
{
    private readonly Argument<string> _digest = DigestArgument.Create();
    private readonly Argument<string> _directory = new("DIR") { Description = "An existing directory" };
    private readonly RootOptionSet _root = new();
    private readonly Option<string> _owner = new("--owner") { HelpName = "UID[:GID]", Description = "Who owns the root and its inputs [default: you]" };
    private readonly Option<bool> _background = new("--background", "-b") { Description = "Return once it is mounted, and serve from the background" };
    private readonly Option<string> _log = new("--log-file") { HelpName = "FILE", Description = "With --background: where messages go" };
    private readonly Option<int?> _device = new("--fuse-fd") { HelpName = "N", Description = "An open /dev/fuse that somebody has mounted on DIR already; it is not unmounted" };
    private readonly Option<int?> _ready = new(BackgroundProcess.ReadyOption) { Hidden = true };

    public MountCommand()
        : base(
            "mount",
            "Mounts an input root; prints the mount point once it is mounted, and serves it until it is unmounted",
            "vroot mount $ROOT /mnt                              in the foreground, until vroot unmount /mnt or Ctrl-C",
            "vroot mount --background --inputs read-only $ROOT /mnt && ls /mnt",
            "vroot mount --owner 1000:1000 --special off $ROOT /mnt",
            "vroot mount --trace-special trace.json $ROOT /mnt     written once it is unmounted")
    {
        Arguments.Add(_digest);
        Arguments.Add(_directory);
        _root.AddTo(this);
        _root.AddTraceTo(this);
        Options.Add(_owner);
        Options.Add(_background);
        Options.Add(_log);
        Options.Add(_device);
        Options.Add(_ready);
        Common.AddSpecial(this).AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        using BackgroundProcess? background = parse.GetValue(_ready) is { } ready ? new BackgroundProcess(ready) : null;
        string directory = Path.GetFullPath(parse.GetRequiredValue(_directory));
        Digest root = DigestArgument.Read(parse, _digest);
        CommonSettings settings = Common.Read(parse);
        ErrorLogger logger = new(settings.LogLevel);
        CommandSettings own = new(parse);
        SpecialTraceFile? trace = _root.ReadTrace(own);
        MountedRootOptions options = new()
        {
            Root = ReadOwner(parse, _root.ReadRoot(own, root)),
            MountPoint = directory,
            ScratchParent = MountPlace.Prepare(settings, _root.ReadScratch(own), logger),
            Special = ReadSpecial(settings),
            Limits = _root.ReadLimits(own),
            Trace = trace?.Trace,
            Mount = ReadMount(parse, logger),
            TellsFolder = true,
            Logger = logger,
        };
        if (parse.GetValue(_device) is null)
        {
            StaleMounts.DetachOwn(directory, logger);
        }

        if (!Directory.Exists(directory))
        {
            throw CliException.Usage($"{PrintableText.Of(directory)} is no directory: make it first (mkdir)");
        }

        if (parse.GetValue(_background) && background is null)
        {
            int status = BackgroundProcess.Start(parse.GetValue(_log), parse.GetValue(_device));
            if (status == ExitCode.Done)
            {
                Announce(directory);
            }

            return status;
        }

        await using OpenedCas cas = OpenedCas.Open(settings, logger);
        await using MountedRoot mounted = await MountedRoot.StartAsync(options, cas.Session.Directories, cas.Session.Blobs, signals.Token);
        await using ControlServer? control = await ControlServer.TryStartAsync(mounted.Folder, mounted.Root, cas.Session.Sink, logger, signals.Token);
        if (background is null)
        {
            Announce(mounted.MountPoint);
        }
        else
        {
            background.TellReady();
        }

        TaskCompletionSource signalled = new();
        await using CancellationTokenRegistration registration = signals.Token.Register(signalled.SetResult);
        await await Task.WhenAny(mounted.Completion, signalled.Task);
        trace?.Write();
        return signals.Received == 0 ? ExitCode.Done : ExitCode.OfSignal(signals.Received);
    }

    private static void Announce(string mountPoint)
    {
        using SafeFileHandle output = new(1, ownsHandle: false);
        int result = Syscall.Write(output, Encoding.UTF8.GetBytes(mountPoint + "\n"));
        if (result < 0)
        {
            throw new CliException($"cannot write the mount point to standard output: {(Errno)(-result)}; leave standard output open");
        }
    }

    private FuseMountOptions ReadMount(ParseResult parse, ErrorLogger logger) => parse.GetValue(_device) is { } descriptor
        ? new FuseMountOptions { Strategy = MountStrategy.Inherited, InheritedDescriptor = descriptor, Logger = logger }
        : new FuseMountOptions { Logger = logger };

    private static SpecialModes ReadSpecial(CommonSettings settings) => settings.Special.Proc != SpecialMode.Kernel
        ? settings.Special
        : throw CliException.Usage("a real procfs belongs to the namespaces of one action, and a mount has none: use vroot run, or --special synthesized");

    private RootOptions ReadOwner(ParseResult parse, RootOptions options)
    {
        if (parse.GetValue(_owner) is not { } text)
        {
            return options;
        }

        return UserText.TryParse(text, out uint uid, out uint gid)
            ? options with { Uid = uid, Gid = gid }
            : throw CliException.Usage($"--owner: '{PrintableText.Of(text)}' is not UID[:GID]: write numbers, such as 1000:1000");
    }
}
