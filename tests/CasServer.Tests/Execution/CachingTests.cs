using System.Text;
using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Which results are kept and shown again, and what is put into a response.</summary>
public sealed class CachingTests
{
    [Fact]
    public async Task Success_IsKeptAndAnswersTheNextRequest()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = fixture.PutAction();
        Protos.ExecuteResponse first = await fixture.RunAsync(action);
        Protos.ExecuteResponse second = await fixture.RunAsync(action);

        Assert.False(first.CachedResult);
        Assert.True(second.CachedResult);
        Assert.Equal(first.Result, second.Result);
        Assert.Equal(0, second.Status.Code);
        Assert.Equal(1, fixture.Runner.Runs);
        Assert.Equal(first.Result, await fixture.CallAsync(CasMethods.GetActionResult, new Protos.GetActionResultRequest { ActionDigest = action.ToMessage() }));
    }

    [Theory]
    [InlineData("exit code")]
    [InlineData("do_not_cache")]
    [InlineData("time limit")]
    [InlineData("input error")]
    [InlineData("no result")]
    public async Task Result_ThatIsNoSuccess_IsNotKept(string why)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        fixture.Runner.Answer = _ => Task.FromResult(why switch
        {
            "exit code" => FakeRunner.Exited(1),
            "time limit" => FakeRunner.Exited() with { Status = new ActionStatus(StatusCode.DeadlineExceeded, "too long") },
            "input error" => FakeRunner.Exited() with { Status = new ActionStatus(StatusCode.Unavailable, "an input") },
            "no result" => new ActionRun(),
            _ => FakeRunner.Exited(),
        });
        Digest action = fixture.PutAction(action: message => message.DoNotCache = why == "do_not_cache");
        Protos.ExecuteResponse first = await fixture.RunAsync(action);
        Protos.ExecuteResponse second = await fixture.RunAsync(action);

        Assert.Equal(why is "no result", first.Result is null);
        Assert.False(second.CachedResult);
        Assert.Equal(2, fixture.Runner.Runs);
        await ServerFixture.FailsAsync(StatusCode.NotFound, () => fixture.CallAsync(
            CasMethods.GetActionResult, new Protos.GetActionResultRequest { ActionDigest = action.ToMessage() }));
    }

    [Fact]
    public async Task SkipCacheLookup_RunsAgain()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = fixture.PutAction();
        await fixture.RunAsync(action);
        Protos.ExecuteResponse response = await fixture.RunAsync(action, request => request.SkipCacheLookup = true);

        Assert.False(response.CachedResult);
        Assert.Equal(2, fixture.Runner.Runs);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file in a tree")]
    [InlineData("stdout")]
    public async Task CachedResult_WhoseOutputIsGone_IsNone(string which)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        Digest output = fixture.Put([1, 2, 3, 4]);
        Digest tree = fixture.Put(new Protos.Tree { Root = new() { Files = { new Protos.FileNode { Name = "f", Digest = output.ToMessage() } } } });
        fixture.Runner.Answer = _ => Task.FromResult(new ActionRun
        {
            Result = new ActionResult
            {
                Files = which == "file" ? [new OutputFile("o", output, false)] : [],
                Directories = which == "file in a tree" ? [new OutputDirectory("d", tree, null)] : [],
                Stdout = which == "stdout" ? new OutputText(default, output) : null,
            },
        });
        Digest action = fixture.PutAction();
        await fixture.RunAsync(action);
        Assert.True((await fixture.RunAsync(action)).CachedResult);
        fixture.Store.Remove(output);

        Assert.False((await fixture.RunAsync(action)).CachedResult);
        Assert.Equal(2, fixture.Runner.Runs);
    }

    [Fact]
    public async Task Result_ThatCannotBeKept_IsAnsweredAllTheSame()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        string folder = Path.Join(fixture.Store.Directory, "actions");
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "no directory");
        Protos.ExecuteResponse response = await fixture.RunAsync(fixture.PutAction(), request => request.SkipCacheLookup = true);

        Assert.Equal(0, response.Status.Code);
        Assert.Contains("could not be stored", response.Message, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(fixture.Log.At(LogLevel.Warning)).Exception);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(false, false, false)]
    public async Task Inlining_IsDoneWhereItIsAskedFor(bool stdout, bool stderr, bool file)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        OutputWriter(fixture, 100);
        Protos.ExecuteResponse response = await fixture.RunAsync(fixture.PutAction(), request =>
        {
            request.InlineStdout = stdout;
            request.InlineStderr = stderr;
            request.InlineOutputFiles.Add(file ? "a" : "elsewhere");
        });

        Assert.Equal(stdout ? 100 : 0, response.Result.StdoutRaw.Length);
        Assert.Equal(stderr ? 100 : 0, response.Result.StderrRaw.Length);
        Assert.Equal(file ? "aaaa" : string.Empty, response.Result.OutputFiles[0].Contents.ToStringUtf8()[..Math.Min(4, response.Result.OutputFiles[0].Contents.Length)]);
        Assert.True(response.Result.OutputFiles[1].Contents.IsEmpty);
        Assert.NotNull(response.Result.StdoutDigest);
    }

    [Fact]
    public async Task Inlining_BeyondTheBound_LeavesTheRestInTheCas()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { MaxInlineBytes = 250 });
        OutputWriter(fixture, 100);
        Digest action = fixture.PutAction();
        Protos.ExecuteResponse response = await fixture.RunAsync(action, AskForAll);
        Protos.ExecuteResponse cached = await fixture.RunAsync(action, AskForAll);

        Assert.Equal((100, 100, 0), (response.Result.StdoutRaw.Length, response.Result.StderrRaw.Length, response.Result.OutputFiles[0].Contents.Length));
        Assert.True(cached.CachedResult);
        Assert.Equal(response.Result, cached.Result);

        static void AskForAll(Protos.ExecuteRequest request)
        {
            request.InlineStdout = true;
            request.InlineStderr = true;
            request.InlineOutputFiles.Add("a");
        }
    }

    [Fact]
    public async Task RemoteCache_ResultsGoThereAndComeFromThere()
    {
        ServerFixture remote = new();
        await remote.InitializeAsync();
        await using (ExecutionFixture fixture = await ExecutionFixture.StartAsync(endpoint: new CasEndpointOptions { Address = remote.Host.Address }))
        {
            fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited());
            Protos.Command command = new() { Arguments = { "x" } };
            Digest action = remote.Put(new Protos.Action { CommandDigest = remote.Put(command).ToMessage(), InputRootDigest = remote.Put(new Protos.Directory()).ToMessage() });
            Assert.False((await fixture.RunAsync(action)).CachedResult);
            Assert.True((await fixture.RunAsync(action)).CachedResult);
            Assert.Equal(1, fixture.Runner.Runs);
            Assert.NotNull(await remote.CallAsync(CasMethods.GetActionResult, new() { ActionDigest = action.ToMessage() }));

            Protos.Status status = await fixture.RefusedAsync(StatusCode.FailedPrecondition, remote.Put(new Protos.Action
            {
                CommandDigest = remote.Put(command).ToMessage(),
                InputRootDigest = ServerFixture.DigestOf([5]).ToMessage(),
            }));
            Assert.Contains("input root", status.Message, StringComparison.Ordinal);
        }

        await remote.DisposeAsync();
    }

    private static void OutputWriter(ExecutionFixture fixture, int length)
    {
        Digest[] texts = [.. "oeab".Select(letter => fixture.Put(Encoding.UTF8.GetBytes(new string(letter, length))))];
        fixture.Runner.Answer = _ => Task.FromResult(new ActionRun
        {
            Result = new ActionResult
            {
                Stdout = new OutputText(default, texts[0]),
                Stderr = new OutputText(default, texts[1]),
                Files = [new OutputFile("a", texts[2], false), new OutputFile("b", texts[3], false)],
            },
        });
    }
}
