using Google.Protobuf;
using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Each error as clients expect it.</summary>
public sealed class FailureTests
{
    private static readonly Digest s_absent = ServerFixture.DigestOf([9, 9, 9]);

    [Fact]
    public async Task Action_Missing_IsAFailedPreconditionThatNamesIt()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Assert.Equal([$"blobs/{s_absent}"], Subjects(await fixture.RefusedAsync(StatusCode.FailedPrecondition, s_absent)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task CommandAndInputRoot_Missing_AreNamedTogether(bool command, bool inputRoot)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest other = ServerFixture.DigestOf([8, 8]);
        Digest action = fixture.PutAction(action: message =>
        {
            message.CommandDigest = command ? s_absent.ToMessage() : message.CommandDigest;
            message.InputRootDigest = inputRoot ? other.ToMessage() : message.InputRootDigest;
        });
        string[] expected = [.. new[] { command ? $"blobs/{s_absent}" : null, inputRoot ? $"blobs/{other}" : null }.OfType<string>()];

        Assert.Equal(expected, Subjects(await fixture.RefusedAsync(StatusCode.FailedPrecondition, action)));
        Assert.Equal(0, fixture.Runner.Runs);
    }

    [Fact]
    public async Task InputRoot_Empty_NeedNotBeUploaded()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = fixture.PutAction(action: message => message.InputRootDigest = ServerFixture.DigestOf([]).ToMessage());
        Assert.Equal(0, (await fixture.RunAsync(action)).Status.Code);
    }

    [Fact]
    public async Task Action_DamagedOnDisk_IsDroppedAndAskedForAgain()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = fixture.PutAction();
        string path = Assert.Single(Directory.GetFiles(fixture.Store.Directory, $"{action.HashHex}-*", SearchOption.AllDirectories));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(path, new byte[action.SizeBytes]);

        Assert.Equal([$"blobs/{action}"], Subjects(await fixture.RefusedAsync(StatusCode.FailedPrecondition, action)));
        Assert.False(fixture.Store.Contains(action));
    }

    [Theory]
    [InlineData(CasErrorKind.Missing, StatusCode.FailedPrecondition)]
    [InlineData(CasErrorKind.Unavailable, StatusCode.Unavailable)]
    [InlineData(CasErrorKind.Corrupt, StatusCode.DataLoss)]
    [InlineData(CasErrorKind.Malformed, StatusCode.InvalidArgument)]
    [InlineData(CasErrorKind.Unsupported, StatusCode.InvalidArgument)]
    [InlineData(CasErrorKind.LimitExceeded, StatusCode.ResourceExhausted)]
    [InlineData(CasErrorKind.Denied, StatusCode.PermissionDenied)]
    [InlineData(CasErrorKind.Other, StatusCode.Internal)]
    public async Task Runner_CasFailure_IsTheResponsesStatus(CasErrorKind kind, StatusCode code)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        fixture.Runner.Answer = _ => throw new CasException(kind, "the input x", s_absent);
        Protos.ExecuteResponse response = await fixture.RunAsync(fixture.PutAction());

        Assert.Equal((int)code, response.Status.Code);
        Assert.Equal("the input x", response.Status.Message);
        Assert.Null(response.Result);
        Assert.Equal(kind == CasErrorKind.Missing ? [$"blobs/{s_absent}"] : [], Subjects(response.Status));
    }

    [Fact]
    public async Task Runner_TimeLimit_IsDeadlineExceededWithThePartialResult()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited(124) with { Status = new ActionStatus(StatusCode.DeadlineExceeded, "10 s are over") });
        Protos.ExecuteResponse response = await fixture.RunAsync(fixture.PutAction());

        Assert.Equal((int)StatusCode.DeadlineExceeded, response.Status.Code);
        Assert.Equal(124, response.Result.ExitCode);
        Assert.NotNull(response.Result.ExecutionMetadata.WorkerCompletedTimestamp);
    }

    [Fact]
    public async Task Runner_Throws_IsInternalAndLoggedOnceWhole()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        fixture.Runner.Answer = _ => throw new InvalidOperationException("a secret path", new IOException("its cause"));
        Digest action = fixture.PutAction();
        Protos.ExecuteResponse response = await fixture.RunAsync(action);

        Assert.Equal((int)StatusCode.Internal, response.Status.Code);
        Assert.DoesNotContain("secret", response.Status.Message, StringComparison.Ordinal);
        (_, string message, Exception? exception) = Assert.Single(fixture.Log.At(LogLevel.Error));
        Assert.Contains(action.ToString(), message, StringComparison.Ordinal);
        Assert.IsType<IOException>(exception!.InnerException);
        fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited());
        Assert.Equal(0, (await fixture.RunAsync(action)).Status.Code);
    }

    [Fact]
    public async Task Runner_CancelsItself_IsInternal()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        fixture.Runner.Answer = _ => throw new OperationCanceledException();
        Assert.Equal((int)StatusCode.Internal, (await fixture.RunAsync(fixture.PutAction())).Status.Code);
        Assert.IsType<OperationCanceledException>(Assert.Single(fixture.Log.At(LogLevel.Error)).Exception);
    }

    [Fact]
    public async Task Cas_OutOfReach_IsUnavailable()
    {
        CasEndpointOptions endpoint = new()
        {
            Address = "unix:/nonexistent/cas.sock",
            ConnectTimeout = TimeSpan.FromSeconds(1),
            RetryDeadline = TimeSpan.FromMilliseconds(50),
            RetryDelay = TimeSpan.FromMilliseconds(10),
        };
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(endpoint: endpoint);
        await fixture.RefusedAsync(StatusCode.Unavailable, s_absent);
        Assert.Equal(0, fixture.Runner.Runs);
    }

    [Fact]
    public async Task ActionCache_OutOfReach_TheActionIsRun()
    {
        CasEndpointOptions endpoint = new()
        {
            Address = "unix:/nonexistent/cas.sock",
            ConnectTimeout = TimeSpan.FromSeconds(1),
            RetryDeadline = TimeSpan.FromMilliseconds(50),
            RetryDelay = TimeSpan.FromMilliseconds(10),
        };
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(endpoint: endpoint);
        fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited());
        Protos.ExecuteResponse response = await fixture.RunAsync(fixture.PutAction());

        Assert.Equal(0, response.Status.Code);
        Assert.Contains("could not be stored", response.Message, StringComparison.Ordinal);
        Assert.Equal(2, fixture.Log.At(LogLevel.Warning).Count);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", 0)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", -1)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85g", 1)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", 1)]
    public async Task Digest_ThatIsNotCanonical_IsInvalid(string hash, long size)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Protos.Digest digest = new() { Hash = hash, SizeBytes = size };
        await fixture.RefusedAsync(StatusCode.InvalidArgument, new Protos.ExecuteRequest { ActionDigest = digest });
        Assert.Contains("command_digest", (await fixture.RefusedAsync(
            StatusCode.InvalidArgument, fixture.PutAction(action: message => message.CommandDigest = digest))).Message, StringComparison.Ordinal);
        Assert.Contains("input_root_digest", (await fixture.RefusedAsync(
            StatusCode.InvalidArgument, fixture.PutAction(action: message => message.InputRootDigest = digest))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithoutADigest_OfAnotherFunctionOrInstance_IsInvalid()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(server: options => options with { InstanceName = "mine" });
        Digest action = fixture.PutAction();
        await fixture.RefusedAsync(StatusCode.InvalidArgument, new Protos.ExecuteRequest { InstanceName = "mine" });
        await fixture.RefusedAsync(StatusCode.InvalidArgument, new Protos.ExecuteRequest { InstanceName = "other", ActionDigest = action.ToMessage() });
        await fixture.RefusedAsync(StatusCode.InvalidArgument, new Protos.ExecuteRequest
        {
            InstanceName = "mine",
            ActionDigest = action.ToMessage(),
            DigestFunction = Protos.DigestFunction.Types.Value.Sha512,
        });
        fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited());
        Assert.Equal(0, (await fixture.RunAsync(action, request => request.InstanceName = "mine")).Status.Code);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x0a, 0x7f, 0x01 })]
    [InlineData(new byte[] { 0x32, 0x02, 0x08 })]
    [InlineData(new byte[0])]
    public async Task Action_ThatIsNone_IsInvalid(byte[] bytes)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        await fixture.RefusedAsync(StatusCode.InvalidArgument, fixture.Put(bytes));
    }

    [Fact]
    public async Task Action_CutOffAnywhere_IsRefusedAndNeverRun()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        Protos.Command command = new() { Arguments = { "a" } };
        byte[] whole = new Protos.Action { CommandDigest = fixture.Put(command).ToMessage(), InputRootDigest = fixture.Put([]).ToMessage(), Timeout = new() { Seconds = 5 } }.ToByteArray();
        int refused = 0;
        for (int length = 0; length < whole.Length - 4; length++)
        {
            using ExecutionCall call = fixture.Execute(fixture.Put(whole[..length]));
            RpcException exception = await Assert.ThrowsAsync<RpcException>(call.RestAsync);
            Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
            refused++;
        }

        Assert.True(refused > 100);
        Assert.Equal(0, fixture.Runner.Runs);
    }

    [Fact]
    public async Task Messages_TooLargeByTheirDigests_AreRefusedUnread()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest huge = new(DigestFunction.Sha256, new byte[32], long.MaxValue);
        Assert.Contains("the Action", (await fixture.RefusedAsync(StatusCode.InvalidArgument, huge)).Message, StringComparison.Ordinal);
        byte[] command = new Protos.Command { Arguments = { new string('x', 17 * 1024 * 1024) } }.ToByteArray();
        Digest action = fixture.PutAction(action: message => message.CommandDigest = fixture.Put(command).ToMessage());
        Assert.Contains("the Command", (await fixture.RefusedAsync(StatusCode.InvalidArgument, action)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digests_OfTwoFunctions_AreRefused()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest sha1 = DigestHasher.Compute(DigestFunction.Sha1, [1]);
        Digest action = fixture.PutAction(action: message => message.InputRootDigest = sha1.ToMessage());
        Assert.Contains("Sha1", (await fixture.RefusedAsync(StatusCode.InvalidArgument, action)).Message, StringComparison.Ordinal);
    }

    private static string[] Subjects(Protos.Status status) => [.. status.Details
        .SelectMany(static detail => detail.Unpack<Protos.PreconditionFailure>().Violations)
        .Where(static violation => violation.Type == "MISSING")
        .Select(static violation => violation.Subject)];
}
