using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>A <c>vroot serve</c> on a free port of loopback, with a cache of its own, and a client of it.</summary>
internal sealed class ServedWorker : IAsyncDisposable
{
    private const int SIGTERM = 15;
    private const int SIGKILL = 9;

    private readonly TestDirectory _directory;
    private readonly bool _ownsDirectory;
    private readonly ChildProcess _server;

    private readonly GrpcChannel _cas;
    private readonly uint? _uid;

    private ServedWorker(
        TestDirectory directory, bool ownsDirectory, string? cas, string[] options,
        uint? uid = null, IReadOnlyDictionary<string, string>? environment = null, string[]? under = null, string? clientCas = null)
    {
        _directory = directory;
        _ownsDirectory = ownsDirectory;
        _uid = uid;
        ProcessCommand command = Command(directory, cas is null ? options : ["--cas", cas, .. options]);
        command = under is null ? command : command with { Program = under[0], Arguments = [.. under[1..], command.Program, .. command.Arguments] };
        _server = ChildProcess.Start(environment is not null ? command with { Environment = environment } : uid is null ? command : command with { Uid = uid, Environment = OrdinaryEnvironment(directory) });
        _server.WaitForOutput("\n", Patience);
        string[] addresses = _server.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Address = addresses[0];
        StatusAddress = addresses.FirstOrDefault(static address => address.StartsWith("http://", StringComparison.Ordinal));
        Channel = GrpcChannel.ForAddress(Address);
        _cas = GrpcChannel.ForAddress(clientCas ?? cas ?? Address);
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    public TestDirectory Directory => _directory;

    public string BuildDirectory => _directory["cache/build"];

    public string Address { get; }

    /// <summary>Where its status is served; null: nowhere.</summary>
    public string? StatusAddress { get; }

    public int ProcessId => _server.Id;

    /// <summary>What it has written to standard error so far.</summary>
    public string Log => _server.Error.Text;

    public GrpcChannel Channel { get; }

    public static ServedWorker Start(params string[] options) => new(new TestDirectory(), ownsDirectory: true, null, options);

    /// <summary>One with this environment alone.</summary>
    public static ServedWorker StartWith(IReadOnlyDictionary<string, string> environment, params string[] options) =>
        new(new TestDirectory(), ownsDirectory: true, null, options, environment: environment);

    /// <summary>One that another program starts, which becomes it.</summary>
    public static ServedWorker StartUnder(string[] program, params string[] options) => new(new TestDirectory(), ownsDirectory: true, null, options, under: program);

    /// <summary>One whose inputs come from another server.</summary>
    public static ServedWorker StartOn(string cas, params string[] options) => new(new TestDirectory(), ownsDirectory: true, cas, options);

    /// <summary>One that reaches that server, <paramref name="cas"/>, by way of <paramref name="line"/>; its client does not.</summary>
    public static ServedWorker StartThrough(string line, string cas, params string[] options) =>
        new(new TestDirectory(), ownsDirectory: true, line, options, clientCas: cas);

    /// <summary>One that an ordinary user has started.</summary>
    public static ServedWorker StartAs(uint uid, params string[] options)
    {
        TestDirectory directory = new();
        directory.Create("cache", uid);
        return new ServedWorker(directory, ownsDirectory: true, null, options, uid);
    }

    /// <summary>Another one, of the same user, on the directories of one that has ended.</summary>
    public ServedWorker StartAgain(params string[] options) => new(_directory, ownsDirectory: false, null, options, _uid);

    /// <summary>The command that starts one.</summary>
    public static ProcessCommand Command(TestDirectory directory, params string[] options) =>
        new(PublishedTool.Find(directory), ["serve", "--listen", "127.0.0.1:0", "--cache", directory["cache"], .. options]);

    /// <summary>One that was started in a cgroup.</summary>
    public static ServedWorker StartIn(string cgroup, params string[] options) =>
        StartUnder(["/bin/sh", "-c", "echo 0 > $0/cgroup.procs && exec \"$@\"", cgroup], options);

    public Digest Put(byte[] bytes)
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        Protos.BatchUpdateBlobsRequest request = new()
        {
            Requests = { new Protos.BatchUpdateBlobsRequest.Types.Request { Digest = digest.ToMessage(), Data = UnsafeByteOperations.UnsafeWrap(bytes) } },
        };
        Protos.BatchUpdateBlobsResponse response = _cas.UnaryAsync(CasMethods.BatchUpdateBlobs, request, new CallOptions(Timeout: Patience)).Result;
        Assert.Equal(0, response.Responses[0].Status.Code);
        return digest;
    }

    public Digest Put(IMessage message) => Put(message.ToByteArray());

    public async Task<byte[]> GetAsync(Protos.Digest digest)
    {
        Protos.BatchReadBlobsResponse response = await _cas.UnaryAsync(
            CasMethods.BatchReadBlobs, new Protos.BatchReadBlobsRequest { Digests = { digest } }, new CallOptions(Timeout: Patience));
        Assert.Equal(0, response.Responses[0].Status.Code);
        return response.Responses[0].Data.ToByteArray();
    }

    public AsyncServerStreamingCall<Protos.Operation> Execute(Digest action) => Channel.AsyncServerStreamingCall(
        ExecutionMethods.Execute, new Protos.ExecuteRequest { ActionDigest = action.ToMessage(), SkipCacheLookup = false, InlineStdout = true, InlineStderr = true });

    /// <summary>Runs an action to its end.</summary>
    public async Task<Protos.ExecuteResponse> RunAsync(Digest action)
    {
        using AsyncServerStreamingCall<Protos.Operation> call = Execute(action);
        return await EndAsync(call);
    }

    /// <summary>The response of an operation that was begun by another call.</summary>
    public async Task<Protos.ExecuteResponse> WaitAsync(string operation)
    {
        using AsyncServerStreamingCall<Protos.Operation> call = Channel.AsyncServerStreamingCall(
            ExecutionMethods.WaitExecution, new Protos.WaitExecutionRequest { Name = operation });
        return await EndAsync(call);
    }

    /// <summary>Takes an operation back.</summary>
    public Task CancelAsync(string operation) => Channel.UnaryAsync(
        ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = operation }, new CallOptions(Timeout: Patience));

    /// <summary>What the action cache has; null: nothing.</summary>
    public async Task<Protos.ActionResult?> FindResultAsync(Digest action)
    {
        try
        {
            return await _cas.UnaryAsync(
                CasMethods.GetActionResult, new Protos.GetActionResultRequest { ActionDigest = action.ToMessage(), InlineStdout = true }, new CallOptions(Timeout: Patience));
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The response at a call's end.</summary>
    public static async Task<Protos.ExecuteResponse> EndAsync(AsyncServerStreamingCall<Protos.Operation> call)
    {
        while (await call.ResponseStream.MoveNext(default).WaitAsync(Patience))
        {
            if (call.ResponseStream.Current.Done)
            {
                return call.ResponseStream.Current.Response.Unpack<Protos.ExecuteResponse>();
            }
        }

        throw new InvalidOperationException("the stream ended without a response");
    }

    /// <summary>Waits until the action of a call runs.</summary>
    public static async Task<string> RunningAsync(AsyncServerStreamingCall<Protos.Operation> call)
    {
        while (true)
        {
            Assert.True(await call.ResponseStream.MoveNext(default).WaitAsync(Patience));
            Protos.ExecuteOperationMetadata metadata = call.ResponseStream.Current.Metadata.Unpack<Protos.ExecuteOperationMetadata>();
            Assert.False(call.ResponseStream.Current.Done);
            if (metadata.PartialExecutionMetadata.ExecutionStartTimestamp is not null)
            {
                return call.ResponseStream.Current.Name;
            }
        }
    }

    private static Dictionary<string, string> OrdinaryEnvironment(TestDirectory directory) => new() { ["PATH"] = "/usr/bin:/bin", ["HOME"] = directory.Path };

    public void Terminate() => _server.Signal(SIGTERM);

    public void Kill() => _server.Signal(SIGKILL);

    public ProcessOutcome WaitForExit() => _server.WaitForExit(Patience);

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _cas.DisposeAsync();
        if (!_server.HasExited)
        {
            Terminate();
            _server.WaitForExit(Patience);
        }

        _server.Dispose();
        if (_ownsDirectory)
        {
            _directory.Dispose();
        }
    }
}
