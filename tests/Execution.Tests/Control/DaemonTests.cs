using VirtualRoot.Execution.Tests.Mounts;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Worker.Control;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Execution.Tests.Control;

/// <summary><c>vroot build-directory</c>, the process.</summary>
[Collection(MountsCollection.Name)]
public sealed class DaemonTests : IDisposable
{
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;

    private readonly TestDirectory _directory = new();
    private readonly string _tool;
    private readonly string _build;
    private readonly string _inputs;

    public DaemonTests()
    {
        _tool = PublishedTool.Find(_directory);
        _build = _directory.Create("build");
        _directory.Write("tree/data/hello", "hello\n");
        _inputs = Run("push", _directory["tree"]).Expect().Output.Trim();
    }

    public void Dispose()
    {
        foreach (string line in MountTable.Below(_directory.Path))
        {
            ChildProcess.Run(new ProcessCommand("/usr/bin/umount", ["-l", line.Split(' ')[4]]), MountedBuild.Limit);
        }

        _directory.Dispose();
    }

    [NeedsFuseFact]
    public async Task Killed_AndStartedAgain_ServesTheDirectoryAnew()
    {
        using ChildProcess first = Start();
        await CallAsync(ControlMethods.CreateRoot, new CreateRootRequest { Id = "a", InputRoot = _inputs });
        using ChildProcess inside = ChildProcess.Start(new ProcessCommand("/bin/sh", ["-c", "cd $0/a/root && exec 3>new && echo bytes >&3 && echo ready && exec sleep 1000", _build]));
        inside.WaitForOutput("ready\n", MountedBuild.Limit);
        first.Signal(SIGKILL);
        first.WaitForExit(MountedBuild.Limit);

        using ChildProcess second = Start();
        Assert.Equal("", Look("ls $0").Expect().Output);
        Assert.Single(MountTable.Below(_build));
        Assert.Single(Directory.GetDirectories(_directory["cache/scratch"]));
        await CallAsync(ControlMethods.CreateRoot, new CreateRootRequest { Id = "a", InputRoot = _inputs });
        Assert.Equal("hello\n", Look("cat $0/a/root/data/hello; ls $0/a/root/new 2>/dev/null || true").Expect().Output);
        second.Signal(SIGTERM);
        Assert.Equal(128 + SIGTERM, second.WaitForExit(MountedBuild.Limit).ExitCode);
        Assert.Empty(MountTable.Below(_build));
        Assert.Empty(Directory.GetDirectories(_directory["cache/scratch"]));
    }

    [NeedsFuseFact]
    public async Task SecondDaemon_IsRefused_AndTheFirstGoesOn()
    {
        using ChildProcess first = Start();
        ProcessOutcome second = ChildProcess.Run(Command("build-directory", "--control", _directory["other"], _build), MountedBuild.Limit);

        Assert.Equal(125, second.ExitCode);
        Assert.Contains($"a daemon serves {_build} already", second.Error, StringComparison.Ordinal);
        await CallAsync(ControlMethods.CreateRoot, new CreateRootRequest { Id = "a", InputRoot = _inputs });
        Assert.Equal("hello\n", Look("cat $0/a/root/data/hello").Expect().Output);
    }

    [NeedsFuseFact]
    public async Task Commit_OfARootInIt_StoresTheNextRoot()
    {
        using ChildProcess daemon = Start();
        await CallAsync(ControlMethods.CreateRoot, new CreateRootRequest { Id = "a", InputRoot = _inputs });
        Assert.Equal(_inputs, Run("commit", Path.Combine(_build, "a")).Expect().Output.Trim());
        Look("echo new >$0/a/root/data/new").Expect();

        string next = Run("commit", Path.Combine(_build, "a")).Expect().Output.Trim();
        Assert.Equal("new\n", Run("cat", next, "data/new").Expect().Output);
        ProcessOutcome absent = Run("commit", Path.Combine(_build, "b"));
        Assert.Equal(125, absent.ExitCode);
        Assert.Contains("there is no root 'b'", absent.Error, StringComparison.Ordinal);
    }

    private ChildProcess Start()
    {
        ChildProcess daemon = ChildProcess.Start(Command("build-directory", "--control", _directory["control"], _build));
        try
        {
            daemon.WaitForOutput($"{_build}\nunix:{_directory["control"]}\n", MountedBuild.Limit);
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        await using GrpcChannel channel = GrpcChannel.ForAddress("unix:" + _directory["control"], new GrpcChannelOptions());
        return await channel.UnaryAsync(method, request, new CallOptions(Timeout: MountedBuild.Limit));
    }

    private ProcessOutcome Look(string script) => ChildProcess.Run(new ProcessCommand("/bin/sh", ["-c", script, _build]), MountedBuild.Limit);

    private ProcessOutcome Run(params string[] arguments) => ChildProcess.Run(Command(arguments), MountedBuild.Limit);

    private ProcessCommand Command(params string[] arguments) => new(_tool, arguments)
    {
        Environment = new Dictionary<string, string>(Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(one => KeyValuePair.Create((string)one.Key, (string)one.Value!)))
        {
            ["VROOT_CACHE"] = _directory["cache"],
        },
    };
}
