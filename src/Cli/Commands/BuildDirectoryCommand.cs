using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Building;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;
using VirtualRoot.Worker.Control;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot build-directory</c>.</summary>
internal sealed class BuildDirectoryCommand : VRootCommand
{
    private const int DefaultMaxRoots = 1024;

    private readonly Argument<string> _directory = new("DIR") { Description = "An existing directory" };
    private readonly Option<string> _control = new("--control") { HelpName = "SOCKET", Description = "Where the control API listens besides its place in the daemon's private folder" };
    private readonly Option<string> _scratch = new("--scratch") { HelpName = "DIR", Description = "Where written bytes lie, on a local disk or tmpfs [default: beside the cache]" };
    private readonly Option<string> _maxRoots = new("--max-roots") { HelpName = "N", Description = $"Roots at one time [default: {DefaultMaxRoots}]" };

    public BuildDirectoryCommand()
        : base(
            "build-directory",
            "Mounts a build directory, in which a worker makes a root for each action by the control API; prints its path and the API's socket",
            "vroot build-directory /srv/build --control /run/vroot/build.sock",
            "vroot build-directory --cas grpc://cas:8980 --cache /srv/cache --max-roots 64 /srv/build")
    {
        Arguments.Add(_directory);
        Options.Add(_control);
        Options.Add(_scratch);
        Options.Add(_maxRoots);
        Common.AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        CommonSettings settings = Common.Read(parse);
        ErrorLogger logger = new(settings.LogLevel);
        string? scratch = parse.GetValue(_scratch) is { } named ? Path.GetFullPath(named) : null;
        BuildDirectoryOptions options = new()
        {
            Directory = Path.GetFullPath(parse.GetRequiredValue(_directory)),
            ScratchParent = MountPlace.Prepare(settings, scratch, logger),
            MaxRoots = ReadMaxRoots(parse),
            Mount = new FuseMountOptions { Logger = logger },
            Logger = logger,
        };
        string? socket = parse.GetValue(_control) is { } path ? Path.GetFullPath(path) : null;
        await using OpenedCas cas = OpenedCas.Open(settings, logger);
        await using BuildDirectory build = await BuildDirectory.StartAsync(options, cas.Session.Directories, cas.Session.Blobs);
        await using ControlServer control = await ControlServer.StartAsync(socket, build, cas.Session.Sink, logger, signals.Token);
        Announce(build.Path, control.Path);
        TaskCompletionSource signalled = new();
        await using CancellationTokenRegistration registration = signals.Token.Register(signalled.SetResult);
        await await Task.WhenAny(build.Completion, signalled.Task);
        return signals.Received == 0 ? ExitCode.Done : ExitCode.OfSignal(signals.Received);
    }

    private int ReadMaxRoots(ParseResult parse) => parse.GetValue(_maxRoots) is not { } text ? DefaultMaxRoots
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw CliException.Usage($"--max-roots: '{PrintableText.Of(text)}' is no number above 0: write 64");

    private static void Announce(string directory, string socket)
    {
        using SafeFileHandle output = new(1, ownsHandle: false);
        int result = Syscall.Write(output, Encoding.UTF8.GetBytes($"{directory}\nunix:{socket}\n"));
        if (result < 0)
        {
            throw new CliException($"cannot write the path to standard output: {(Errno)(-result)}; leave standard output open");
        }
    }
}
