using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>Actions of a client, in roots of a real worker.</summary>
[Collection(ServeCollection.Name)]
public sealed class ActionTests(SharedWorker shared)
{
    private ServedWorker Worker => shared.Worker;

    [NeedsFuseFact("/bin/busybox")]
    public async Task Success_TextsAndOutputs_AreInTheResultAndItIsCached()
    {
        Digest action = BusyboxRoot.Action(
            Worker,
            "echo out; echo err >&2; echo made > sub/made; touch link-target; ln -s made sub/link; mkdir tree; echo x > tree/x; ln -s x tree/y",
            command =>
            {
                command.OutputPaths.Add(["sub/made", "sub/link", "tree", "absent"]);
            });
        Protos.ExecuteResponse response = await Worker.RunAsync(action);
        Protos.ActionResult result = Succeeded(response);

        Assert.Empty(response.ServerLogs);
        Assert.Equal(("out\n", "err\n"), (result.StdoutRaw.ToStringUtf8(), result.StderrRaw.ToStringUtf8()));
        Assert.Equal("sub/made", Assert.Single(result.OutputFiles).Path);
        Assert.Equal("made\n", Encoding.UTF8.GetString(await Worker.GetAsync(result.OutputFiles[0].Digest)));
        Assert.Equal(("sub/link", "made"), (Assert.Single(result.OutputSymlinks).Path, result.OutputSymlinks[0].Target));
        Protos.Tree tree = Protos.Tree.Parser.ParseFrom(await Worker.GetAsync(Assert.Single(result.OutputDirectories).TreeDigest));
        Assert.Equal(("x", "y"), (tree.Root.Files[0].Name, tree.Root.Symlinks[0].Name));

        Protos.ExecuteResponse again = await Worker.RunAsync(action);
        Assert.True(again.CachedResult);
        Assert.Equal(result, again.Result);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Metadata_IsWholeAndInOrder()
    {
        Digest content = Worker.Put(Encoding.UTF8.GetBytes("input"));
        Protos.ExecutedActionMetadata metadata = Succeeded(await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "cat input", root: root => BusyboxRoot.AddFile(root, "input", content)))).ExecutionMetadata;
        Timestamp[] stamps =
        [
            metadata.QueuedTimestamp, metadata.WorkerStartTimestamp, metadata.InputFetchStartTimestamp, metadata.InputFetchCompletedTimestamp,
            metadata.ExecutionStartTimestamp, metadata.ExecutionCompletedTimestamp, metadata.OutputUploadStartTimestamp, metadata.OutputUploadCompletedTimestamp,
        ];

        Assert.All(stamps, Assert.NotNull);
        Assert.Equal(stamps.Order(), stamps);
        Assert.NotNull(metadata.WorkerCompletedTimestamp);
        Assert.True(metadata.VirtualExecutionDuration.ToTimeSpan() > TimeSpan.Zero);
        Assert.NotEmpty(metadata.Worker);
        Assert.True(metadata.AuxiliaryMetadata[0].Unpack<Protos.POSIXResourceUsage>().MaximumResidentSetSize > 0);
        Protos.InputRootResourceUsage usage = metadata.AuxiliaryMetadata[1].Unpack<Protos.InputRootResourceUsage>();
        Assert.True(usage.FilesRead >= 2, usage.ToString());
        Assert.True(usage.DirectoriesResolved >= 1, usage.ToString());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Failure_OfTheCommand_IsAResult()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, "echo bad >&2; echo left > o; exit 3", command => command.OutputPaths.Add("o")));

        Assert.Equal((0, 3), (response.Status.Code, response.Result.ExitCode));
        Assert.Equal("bad\n", response.Result.StderrRaw.ToStringUtf8());
        Assert.Single(response.Result.OutputFiles);
        string log = Encoding.UTF8.GetString(await Worker.GetAsync(response.ServerLogs["worker"].Digest));
        Assert.Contains("the command ended: Exited, exit code 3", log, StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Command_NotFound_Is127AndSaidOnStandardError()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, "", command =>
        {
            command.Arguments.Clear();
            command.Arguments.Add("no-such-tool");
        }));

        Assert.Equal((0, 127), (response.Status.Code, response.Result.ExitCode));
        Assert.Contains("no-such-tool: command not found", response.Result.StderrRaw.ToStringUtf8(), StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Command_AFileOfTheWorkingDirectory_IsFoundByItsNameAlone()
    {
        Digest tool = Worker.Put(File.ReadAllBytes("/bin/busybox"));
        Protos.ActionResult result = Succeeded(await Worker.RunAsync(BusyboxRoot.Action(
            Worker,
            "",
            command =>
            {
                command.Arguments.Clear();
                command.Arguments.Add(["printf", "found"]);
            },
            root => root.Files.Add(new Protos.FileNode { Name = "printf", Digest = tool.ToMessage(), IsExecutable = true }))));
        Assert.Equal("found", result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Command_EndedByASignal_Is128AndItsNumber()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, "kill -SEGV $$"));

        Assert.Equal((0, 139), (response.Status.Code, response.Result.ExitCode));
        Assert.Contains("signal 11", response.Message, StringComparison.Ordinal);
        Assert.Equal("SEGV", response.Result.ExecutionMetadata.AuxiliaryMetadata[0].Unpack<Protos.POSIXResourceUsage>().TerminationSignal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task TimeLimit_IsDeadlineExceededWithWhatWasDoneSoFar()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "echo begun; sleep 1000", action: action => action.Timeout = new Duration { Seconds = 3 }));

        Assert.Equal((int)StatusCode.DeadlineExceeded, response.Status.Code);
        Assert.Equal("begun\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Empty(Processes("sleep\0" + "1000\0"));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Input_Missing_IsAFailedPreconditionWhateverTheCommandSays()
    {
        Digest absent = DigestHasher.Compute(DigestFunction.Sha256, Guid.NewGuid().ToByteArray());
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "cat input; exit 0", root: root => BusyboxRoot.AddFile(root, "input", absent)));

        Assert.Equal((int)StatusCode.FailedPrecondition, response.Status.Code);
        Protos.PreconditionFailure failure = Assert.Single(response.Status.Details).Unpack<Protos.PreconditionFailure>();
        Assert.Equal(("MISSING", $"blobs/{absent}"), (Assert.Single(failure.Violations).Type, failure.Violations[0].Subject));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Output_ThatIsAMissingInput_IsAFailedPrecondition()
    {
        Digest absent = DigestHasher.Compute(DigestFunction.Sha256, Guid.NewGuid().ToByteArray());
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "exit 0", command => command.OutputPaths.Add("input"), root => BusyboxRoot.AddFile(root, "input", absent)));
        Assert.Equal((int)StatusCode.FailedPrecondition, response.Status.Code);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task WorkingDirectory_Missing_IsInvalid()
    {
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(Worker, "exit 0", command => command.WorkingDirectory = "nowhere"));
        Assert.Equal((int)StatusCode.InvalidArgument, response.Status.Code);
        Assert.Contains("nowhere", response.Status.Message, StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Action_SeesItsRootAndNothingElse()
    {
        Protos.ActionResult result = Succeeded(await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "ls /; readlink /proc/self/exe; id -u; id -g; env; cat | wc -c; test -e /etc/passwd || echo no host; test -w /tmp && echo tmp; echo $$")));

        Assert.Equal(
            ["bin", "dev", "proc", "sys", "tmp", "/bin/busybox", "65534", "65534", "PATH=/bin", "0", "no host", "tmp", "2"],
            result.StdoutRaw.ToStringUtf8().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith("PWD=", StringComparison.Ordinal) && !line.StartsWith("SHLVL=", StringComparison.Ordinal)));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Processes_LeftBehind_AreDeadAtTheEnd()
    {
        const string Seconds = "98765";
        Succeeded(await Worker.RunAsync(BusyboxRoot.Action(Worker, $"sleep {Seconds} & (sleep {Seconds} &) ; exit 0")));
        Assert.Empty(Processes($"sleep\0{Seconds}\0"));
    }

    [NeedsFuseTheory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    [InlineData(null, true)]
    public async Task Network_IsThereUnlessItIsSwitchedOff(string? property, bool expected)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Protos.ExecuteResponse response = await Worker.RunAsync(BusyboxRoot.Action(
            Worker, $"nc -w 30 127.0.0.1 {port} -e /bin/busybox true && echo connected; exit 0", action: action => action.Platform = property is null ? null : Property("vroot:network", property)));
        Assert.Equal(expected, response.Result.StdoutRaw.ToStringUtf8().Contains("connected", StringComparison.Ordinal) || listener.Pending());
    }

    [NeedsFuseTheory]
    [InlineData("read-only", "input\n")]
    [InlineData("copy-on-write", "changed\n")]
    public async Task Inputs_AreCopiedOrReadOnlyAsAsked(string property, string expected)
    {
        Digest content = Worker.Put(Encoding.UTF8.GetBytes("input\n"));
        Protos.ActionResult result = Succeeded(await Worker.RunAsync(BusyboxRoot.Action(
            Worker, "echo changed > input; cat input", root: root => BusyboxRoot.AddFile(root, "input", content), action: action => action.Platform = Property("vroot:inputs", property))));
        Assert.Equal(expected, result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Special_Off_LeavesThemOut()
    {
        Protos.ActionResult result = Succeeded(await Worker.RunAsync(BusyboxRoot.Action(Worker, "ls /", action: action => action.Platform = Property("vroot:special", "off"))));
        Assert.Equal("bin\ntmp\n", result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Text_ThatIsLong_IsABlob()
    {
        Protos.ActionResult result = Succeeded(await Worker.RunAsync(BusyboxRoot.Action(Worker, "dd if=/dev/zero bs=1024 count=3000 2>/dev/null")));
        Assert.Equal(3_072_000, result.StdoutDigest.SizeBytes);
        Assert.True(result.StdoutRaw.IsEmpty);
        Assert.Equal(new byte[3_072_000], await Worker.GetAsync(result.StdoutDigest));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task CancelOperation_KillsTheAction()
    {
        const string Seconds = "87654";
        using AsyncServerStreamingCall<Protos.Operation> call = Worker.Execute(BusyboxRoot.Action(Worker, $"sleep {Seconds}"));
        string name = await ServedWorker.RunningAsync(call);
        await Wait.UntilAsync(() => Processes($"sleep\0{Seconds}\0").Length > 0, "it runs");
        await Worker.CancelAsync(name);

        Assert.Equal((int)StatusCode.Cancelled, (await ServedWorker.EndAsync(call)).Status.Code);
        await Wait.UntilAsync(() => Processes($"sleep\0{Seconds}\0").Length == 0, "it is dead");
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task ManyActions_AtOnce_EachHasItsOwnRoot()
    {
        Digest[] actions = [.. Enumerable.Range(0, 40).Select(number => BusyboxRoot.Action(
            Worker, $"test ! -e mine && echo {number} > mine && cat mine", command => command.OutputPaths.Add("mine")))];
        Protos.ExecuteResponse[] responses = await Task.WhenAll(actions.Select(Worker.RunAsync));
        Assert.Equal(Enumerable.Range(0, 40).Select(static number => $"{number}\n"), responses.Select(static response => Succeeded(response).StdoutRaw.ToStringUtf8()));
    }

    private static Protos.ActionResult Succeeded(Protos.ExecuteResponse response)
    {
        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        return response.Result;
    }

    private static Protos.Platform Property(string name, string value) => new() { Properties = { new Protos.Platform.Types.Property { Name = name, Value = value } } };

    private static string[] Processes(string commandLine) => [.. Directory.GetDirectories("/proc").Where(static path => char.IsAsciiDigit(path[^1])).Where(path => CommandLine(path) == commandLine)];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return string.Empty; // it ended meanwhile
        }
    }
}
