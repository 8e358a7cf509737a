using VirtualRoot.CasClient.Results;
using VirtualRoot.Execution.Tests.Mounts;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Worker.Control;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Execution.Tests.Control;

/// <summary>The control API of a build directory over its socket.</summary>
[Collection(MountsCollection.Name)]
public sealed class ControlApiTests
{
    [NeedsFuseFact("/bin/busybox")]
    public async Task Root_FromCreationToDestruction_IsWhatTheCallsSay()
    {
        await using ServedBuild build = await ServedBuild.StartAsync();
        Root root = await build.CreateAsync("a", request =>
        {
            request.Uid = request.Gid = 1234;
            request.QuotaBytes = 1 << 20;
            request.Outputs = new CommitRequest { OutputPaths = { "out/result" } };
        });
        Assert.Equal($"{build.Mounted.Build.Path}/a/root", root.RootPath);

        Assert.Equal("1234 1048576\n", build.Mounted.Run("echo $(stat -c %u $0/a/root/data/hello) $(($(stat -f -c '%b * %S' $0/a/root)))").Expect().Output);
        build.Mounted.Run("tr a a <$0/a/root/data/hello >$0/a/root/out/result && echo said >$0/a/stdout").Expect();
        await build.CallAsync(ControlMethods.WaitRoot, new WaitRootRequest { Id = "a" });
        CommitResponse committed = await build.CallAsync(ControlMethods.Commit, new CommitRequest { Root = "a" });
        ActionResult result = ActionResultEncoding.Decode(committed.ActionResult.Memory);
        Assert.Equal("out/result", Assert.Single(result.Files).Path);
        Assert.Equal("said\n"u8, result.Stdout!.Value.Raw.Span);

        Root now = await build.CallAsync(ControlMethods.GetRoot, new GetRootRequest { Id = "a" });
        Assert.True(now.Statistics is { Requests: > 0, FilesRead: 1, UsedBytes: > 0, InputFailures: 0, QuotaReached: false });
        Assert.Equal(["a"], (await build.CallAsync(ControlMethods.ListRoots, new ListRootsRequest())).Roots.Select(listed => listed.Id));

        DestroyRootResponse end = await build.CallAsync(ControlMethods.DestroyRoot, new DestroyRootRequest { Id = "a", Wait = true });
        Assert.Equal(1, end.Statistics.FilesRead);
        Assert.Empty((await build.CallAsync(ControlMethods.ListRoots, new ListRootsRequest())).Roots);
        await build.CallAsync(ControlMethods.WaitRoot, new WaitRootRequest { Id = "a", UntilRemoved = true });
        Assert.Equal("", build.Mounted.Run("ls $0").Expect().Output);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Calls_ThatCannotBe_TellWhy()
    {
        await using ServedBuild build = await ServedBuild.StartAsync();
        await build.CreateAsync("a");
        string hash = new('a', 64);

        Assert.Equal(StatusCode.AlreadyExists, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { Id = "a", InputRoot = build.Mounted.Inputs.ToString() }));
        Assert.Equal(StatusCode.InvalidArgument, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { Id = "../a", InputRoot = build.Mounted.Inputs.ToString() }));
        Assert.Equal(StatusCode.InvalidArgument, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { InputRoot = "no digest" }));
        Assert.Equal(StatusCode.InvalidArgument, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { InputRoot = build.Mounted.Inputs.ToString(), Cpus = -1 }));
        Assert.Equal(StatusCode.InvalidArgument, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { InputRoot = build.Mounted.Inputs.ToString(), QuotaBytes = -1 }));
        Assert.Equal(StatusCode.InvalidArgument, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { InputRoot = build.Mounted.Inputs.ToString(), Outputs = new CommitRequest { OutputPaths = { "../out" } } }));
        Assert.Equal(StatusCode.FailedPrecondition, await build.FailAsync(ControlMethods.CreateRoot, new CreateRootRequest { InputRoot = $"{hash}/77" }));
        Assert.Equal(StatusCode.FailedPrecondition, await build.FailAsync(ControlMethods.SetActionInit, new SetActionInitRequest { Id = "a", Pid = int.MaxValue }));
        Assert.Equal(StatusCode.NotFound, await build.FailAsync(ControlMethods.GetRoot, new GetRootRequest { Id = "b" }));
        Assert.Equal(StatusCode.NotFound, await build.FailAsync(ControlMethods.Commit, new CommitRequest { OutputPaths = { "out" } }));
        Assert.Equal(StatusCode.NotFound, await build.FailAsync(ControlMethods.DestroyRoot, new DestroyRootRequest { Id = "b" }));
        Assert.Equal(StatusCode.NotFound, await build.FailAsync(ControlMethods.WaitRoot, new WaitRootRequest { Id = "b" }));
        Assert.Equal(["a"], (await build.CallAsync(ControlMethods.ListRoots, new ListRootsRequest())).Roots.Select(listed => listed.Id));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task WaitRoot_WhileAFileIsOpen_LastsUntilItIsClosed()
    {
        await using ServedBuild build = await ServedBuild.StartAsync();
        await build.CreateAsync("a");
        using ChildProcess holds = build.Mounted.Shell("exec 3>$0/a/stdout && echo ready && while ! [ -e $0/go/stdout ]; do sleep 0.05; done");
        holds.WaitForOutput("ready\n", MountedBuild.Limit);

        Assert.Equal(StatusCode.DeadlineExceeded, await build.FailAsync(ControlMethods.WaitRoot, new WaitRootRequest { Id = "a" }, TimeSpan.FromMilliseconds(200)));
        Task<WaitRootResponse> waits = build.CallAsync(ControlMethods.WaitRoot, new WaitRootRequest { Id = "a" });
        await build.CreateAsync("go");
        await waits;
        holds.WaitForExit(MountedBuild.Limit).Expect();
    }

    [NeedsFuseFact("/bin/busybox", "/usr/bin/protoc", "/usr/lib/python3/dist-packages/grpc")]
    public async Task PythonExample_RunsAnActionInARoot()
    {
        await using ServedBuild build = await ServedBuild.StartAsync();
        using TestDirectory directory = new();
        string example = Path.Combine(PublishedTool.Checkout(), "docs/examples/build_root.py");
        const string Script = "busybox cat data/hello; busybox readlink /proc/self/exe; busybox cat data/hello data/hello >out/result; echo wrong >&2; exit 3";
        ProcessOutcome outcome = ChildProcess.Run(
            new ProcessCommand(PythonGrpc.Interpreter, [example, build.Socket, build.Mounted.Inputs.ToString(), "--output", "out/result", "--result", directory["result"], "--", "/bin/sh", "-c", Script]),
            TimeSpan.FromMinutes(2)).Expect(3);

        Assert.Equal("hello\n/bin/busybox\n", outcome.Output);
        Assert.Equal("wrong\n", outcome.Error);
        ActionResult result = ActionResultEncoding.Decode(File.ReadAllBytes(directory["result"]));
        Assert.Equal(("out/result", 12L), (Assert.Single(result.Files).Path, result.Files[0].Digest.SizeBytes));
        Assert.Empty(build.Mounted.Build.List());
    }
}
