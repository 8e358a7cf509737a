using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>What an action has of its own, and what it cannot reach.</summary>
[Collection(ServeCollection.Name)]
public sealed class IsolationTests(SharedWorker shared)
{
    private static int s_sleeps;

    private ServedWorker Worker => shared.Worker;

    [NeedsFuseTheory]
    [InlineData("ipc", true, null)]
    [InlineData("uts", true, null)]
    [InlineData("pid", true, null)]
    [InlineData("net", false, "on")]
    [InlineData("net", true, "off")]
    public async Task Namespace_IsItsOwn(string name, bool expected, string? network)
    {
        string text = await RunAsync(
            $"readlink /proc/self/ns/{name}",
            action: action => action.Platform = Properties(("vroot:special", "kernel"), network is null ? null : ("vroot:network", network)));
        string ours = new FileInfo($"/proc/self/ns/{name}").LinkTarget!;
        Assert.StartsWith($"{name}:[", text, StringComparison.Ordinal);
        Assert.Equal(expected, text.Trim() != ours);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Privileges_CannotBeGained()
    {
        string status = await RunAsync("cat /proc/self/status");
        Assert.Contains("NoNewPrivs:\t1\n", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000\n", status, StringComparison.Ordinal);
        Assert.Contains("Groups:\t\n", status.Replace(" \n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [NeedsFuseTheory]
    [InlineData("(trap '' HUP INT TERM; sleep {0}; sleep {0}) & (trap '' HUP INT TERM; sleep {0}) &", "exit 0")]
    [InlineData("setsid sh -c 'sleep {0} & sleep {0}' & (setsid sleep {0} &)", "exit 0")]
    [InlineData("sleep {0} & (sleep {0} &)", "killall -STOP sleep")]
    [InlineData("setsid sh -c 'trap \"\" HUP INT TERM; (sleep {0} &) ; sleep {0}' &", "killall -STOP sleep; killall -TERM sleep")]
    [InlineData("(sleep {0} &)", "kill -SEGV $$")]
    public async Task Processes_OfEveryKind_AreDeadAtTheEnd(string begin, string end)
    {
        string seconds = $"{Environment.ProcessId}{Interlocked.Increment(ref s_sleeps):d3}"; // a name for its processes, no more
        // Behind the process's number and user: a shell that is to start one has it in its command line, too.
        string script = begin.Replace("{0}", seconds, StringComparison.Ordinal) + $"\nuntil ps | grep -q '^ *[0-9]* *[^ ]* *sleep {seconds}$'; do sleep 0.05; done; {end}";
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, script));
        Assert.Equal((0, end.Contains("SEGV", StringComparison.Ordinal) ? 139 : 0), (response.Status.Code, response.Result.ExitCode));
        Assert.DoesNotContain(RunningCommands(), command => command == $"sleep\0{seconds}\0");
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Tmp_IsEmptyStickyItsOwnAndNoOutput()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "ls -ld /tmp; ls -A /tmp; echo x > /tmp/mine; ls -A /tmp", command => command.OutputPaths.Add("absent")));
        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        string[] lines = response.Result.StdoutRaw.ToStringUtf8().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("drwxrwxrwt", lines[0], StringComparison.Ordinal);
        Assert.Equal("mine", Assert.Single(lines.Skip(1)));
        Assert.Empty(response.Result.OutputFiles);
        Assert.Empty(response.Result.OutputDirectories);
        Assert.Empty(await RunAsync("ls -A /tmp"));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Tmp_DeclaredAsAnOutput_IsOne()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, "echo x > /tmp/mine", command => command.OutputPaths.Add("tmp")));
        Protos.Tree tree = Protos.Tree.Parser.ParseFrom(await Worker.GetAsync(Assert.Single(response.Result.OutputDirectories).TreeDigest));
        Assert.Equal("mine", Assert.Single(tree.Root.Files).Name);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task User_IsTheOptions()
    {
        await using ServedWorker worker = ServedWorker.Start("--action-user", "12345:54321", "--set-tmpdir");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "id -u; id -g; id -G; echo $TMPDIR; touch mine; ls -n mine"));
        string[] lines = response.Result.StdoutRaw.ToStringUtf8().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["12345", "54321", "54321", "/tmp"], lines[..4]);
        Assert.Contains(" 12345 ", lines[4], StringComparison.Ordinal);

        Protos.ExecuteResponse stated = await worker.RunAsync(BusyboxRoot.Action(
            worker, "echo $TMPDIR", command => command.EnvironmentVariables.Add(new Protos.Command.Types.EnvironmentVariable { Name = "TMPDIR", Value = "/own" })));
        Assert.Equal("/own\n", stated.Result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Environment_IsExactlyAsGiven()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, "", command =>
        {
            command.Arguments.Clear();
            command.Arguments.Add(["/bin/env", "-0"]);
            command.EnvironmentVariables.Clear();
            foreach ((string name, string value) in new[] { ("B", "2"), ("EMPTY", ""), ("LINES", "a\nb"), ("Z", "a=b ü") })
            {
                command.EnvironmentVariables.Add(new Protos.Command.Types.EnvironmentVariable { Name = name, Value = value });
            }
        }));
        Assert.Equal("B=2\0EMPTY=\0LINES=a\nb\0Z=a=b ü\0", response.Result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseTheory]
    [InlineData("sh", "/bin", null, 0)] // by PATH, inside the root
    [InlineData("sh", "/nowhere:/work/tools", null, 0)]
    [InlineData("sh", "/usr/bin", null, 127)] // which the machine has, and the root has not
    [InlineData("tools/sh", "/nowhere", "work", 0)] // with a slash: of the working directory
    [InlineData("./tools/sh", "/nowhere", "work", 0)]
    [InlineData("tools/sh", "/nowhere", null, 127)]
    [InlineData("/bin/sh", "/nowhere", null, 0)]
    [InlineData("tools/none", "/bin", "work", 127)]
    public async Task Executable_IsFoundAsExecvpWouldInTheRoot(string executable, string path, string? directory, int expected)
    {
        Digest busybox = Worker.Put(File.ReadAllBytes("/bin/busybox"));
        Digest tools = Worker.Put(new Protos.Directory { Files = { new Protos.FileNode { Name = "sh", Digest = busybox.ToMessage(), IsExecutable = true } } });
        Digest work = Worker.Put(new Protos.Directory { Directories = { new Protos.DirectoryNode { Name = "tools", Digest = tools.ToMessage() } } });
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(
            Worker,
            "echo found",
            command =>
            {
                command.Arguments[0] = executable;
                command.EnvironmentVariables[0].Value = path;
                command.WorkingDirectory = directory ?? "";
            },
            root => root.Directories.Add(new Protos.DirectoryNode { Name = "work", Digest = work.ToMessage() })));

        Assert.Equal((0, expected), (response.Status.Code, response.Result.ExitCode));
        Assert.Equal(expected == 0 ? "found\n" : "", response.Result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseTheory]
    [InlineData("missing")]
    [InlineData("bin/busybox")] // a file
    [InlineData("..")]
    [InlineData("bin/../../etc")]
    [InlineData("/bin")]
    public async Task WorkingDirectory_MissingOrOutside_IsInvalid(string directory)
    {
        Digest action = BusyboxRoot.Action(Worker, "echo ran", command => command.WorkingDirectory = directory);
        (int code, string message) = await StatusAsync(action);
        Assert.Equal((int)StatusCode.InvalidArgument, code);
        Assert.Contains(directory.Split('/')[0], message, StringComparison.Ordinal);
    }

    private static Protos.Platform Properties(params (string Name, string Value)?[] properties)
    {
        Protos.Platform platform = new();
        platform.Properties.AddRange(properties.OfType<(string Name, string Value)>().OrderBy(static property => property.Name, StringComparer.Ordinal)
            .Select(static property => new Protos.Platform.Types.Property { Name = property.Name, Value = property.Value }));
        return platform;
    }

    private static List<string> RunningCommands()
    {
        List<string> commands = [];
        foreach (string process in Directory.GetDirectories("/proc").Where(static path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                commands.Add(File.ReadAllText(Path.Combine(process, "cmdline")));
            }
            catch (IOException)
            {
                // it ended meanwhile
            }
        }

        return commands;
    }

    private async Task<string> RunAsync(string script, Action<Protos.Action>? action = null)
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, script, action: action));
        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        return response.Result.StdoutRaw.ToStringUtf8();
    }

    private async Task<(int Code, string Message)> StatusAsync(Digest action)
    {
        try
        {
            Protos.ExecuteResponse response = await Worker.RunAsync(action);
            return (response.Status.Code, response.Status.Message);
        }
        catch (RpcException exception)
        {
            return ((int)exception.StatusCode, exception.Message);
        }
    }
}
