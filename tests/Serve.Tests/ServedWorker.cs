using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests;

/// <summary>A <c>vroot serve</c> on a free port of loopback, with a cache of its own, and a client of it.</summary>
internal sealed class ServedWorker : WorkerClient
{
    private const int SIGTERM = 15;
    private const int SIGKILL = 9;

    private readonly bool _ownsDirectory;
    private readonly ChildProcess _server;
    private readonly uint? _uid;

    private ServedWorker(TestDirectory directory, bool ownsDirectory, uint? uid, ChildProcess server, string[] addresses, string? cas)
        : base(addresses[0], cas ?? addresses[0])
    {
        Directory = directory;
        _ownsDirectory = ownsDirectory;
        _uid = uid;
        _server = server;
        StatusAddress = addresses.FirstOrDefault(static address => address.StartsWith("http://", StringComparison.Ordinal));
    }

    public TestDirectory Directory { get; }

    public string BuildDirectory => Directory["cache/build"];

    /// <summary>Where its status is served; null: nowhere.</summary>
    public string? StatusAddress { get; }

    public int ProcessId => _server.Id;

    /// <summary>What it has written to standard error so far.</summary>
    public string Log => _server.Error.Text;

    public static ServedWorker Start(params string[] options) => Launch(new TestDirectory(), ownsDirectory: true, null, options);

    /// <summary>One with this environment alone.</summary>
    public static ServedWorker StartWith(IReadOnlyDictionary<string, string> environment, params string[] options) =>
        Launch(new TestDirectory(), ownsDirectory: true, null, options, environment: environment);

    /// <summary>One that another program starts, which becomes it.</summary>
    public static ServedWorker StartUnder(string[] program, params string[] options) => Launch(new TestDirectory(), ownsDirectory: true, null, options, under: program);

    /// <summary>One whose inputs come from another server.</summary>
    public static ServedWorker StartOn(string cas, params string[] options) => Launch(new TestDirectory(), ownsDirectory: true, cas, options);

    /// <summary>One that reaches that server, <paramref name="cas"/>, by way of <paramref name="line"/>; its client does not.</summary>
    public static ServedWorker StartThrough(string line, string cas, params string[] options) =>
        Launch(new TestDirectory(), ownsDirectory: true, line, options, clientCas: cas);

    /// <summary>One that an ordinary user has started.</summary>
    public static ServedWorker StartAs(uint uid, params string[] options)
    {
        TestDirectory directory = new();
        directory.Create("cache", uid);
        return Launch(directory, ownsDirectory: true, null, options, uid);
    }

    /// <summary>Another one, of the same user, on the directories of one that has ended.</summary>
    public ServedWorker StartAgain(params string[] options) => Launch(Directory, ownsDirectory: false, null, options, _uid);

    /// <summary>The command that starts one.</summary>
    public static ProcessCommand Command(TestDirectory directory, params string[] options) =>
        new(PublishedTool.Find(directory), ["serve", "--listen", "127.0.0.1:0", "--cache", directory["cache"], .. options]);

    /// <summary>One that was started in a cgroup.</summary>
    public static ServedWorker StartIn(string cgroup, params string[] options) =>
        StartUnder(["/bin/sh", "-c", "echo 0 > $0/cgroup.procs && exec \"$@\"", cgroup], options);

    /// <summary>Where the root of its only action is.</summary>
    public string OnlyRoot => Path.Combine(System.IO.Directory.GetDirectories(BuildDirectory).Single(), "root");

    /// <summary>Waits until its only action has made a file.</summary>
    public Task FileAsync(string name) =>
        Wait.ForAsync(() => Task.FromResult(File.Exists(Path.Combine(OnlyRoot, name))), static made => made, _ => $"the action makes {name}; vroot said: {Log}");

    public void Terminate() => _server.Signal(SIGTERM);

    public void Kill() => _server.Signal(SIGKILL);

    public ProcessOutcome WaitForExit() => _server.WaitForExit(Patience);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!_server.HasExited)
        {
            Terminate();
            _server.WaitForExit(Patience);
        }

        _server.Dispose();
        if (_ownsDirectory)
        {
            Directory.Dispose();
        }
    }

    private static ServedWorker Launch(
        TestDirectory directory, bool ownsDirectory, string? cas, string[] options,
        uint? uid = null, IReadOnlyDictionary<string, string>? environment = null, string[]? under = null, string? clientCas = null)
    {
        ProcessCommand command = Command(directory, cas is null ? options : ["--cas", cas, .. options]);
        command = under is null ? command : command with { Program = under[0], Arguments = [.. under[1..], command.Program, .. command.Arguments] };
        ChildProcess server = ChildProcess.Start(environment is not null ? command with { Environment = environment } : uid is null ? command : command with { Uid = uid, Environment = OrdinaryEnvironment(directory) });
        try
        {
            server.WaitForOutput("\n", Patience);
        }
        catch
        {
            server.Dispose(); // nobody else knows of it
            throw;
        }

        return new ServedWorker(directory, ownsDirectory, uid, server, server.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), clientCas ?? cas);
    }

    private static Dictionary<string, string> OrdinaryEnvironment(TestDirectory directory) => new() { ["PATH"] = "/usr/bin:/bin", ["HOME"] = directory.Path };
}
