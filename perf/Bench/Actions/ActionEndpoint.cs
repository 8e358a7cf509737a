using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Bench.Actions;

/// <summary>A client of any endpoint that runs actions by REAPI, and of the CAS that belongs to it.</summary>
internal sealed class ActionEndpoint : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CasSession _cas;
    private readonly string _instance;

    /// <param name="name">How the tables call it.</param>
    /// <param name="execution">Where actions go.</param>
    /// <param name="cas">Where blobs go.</param>
    /// <param name="instance">REAPI's instance name.</param>
    /// <param name="store">Anything: what is only uploaded does not touch it.</param>
    public ActionEndpoint(string name, string execution, string cas, string instance, BlobStore store)
    {
        Name = name;
        Address = execution;
        _instance = instance;
        _channel = GrpcChannel.ForAddress(execution);
        _cas = CasSession.Open(store, new CasEndpointOptions { Address = cas, Instance = instance, CallTimeout = TimeSpan.FromMinutes(2) });
    }

    public string Name { get; }

    public string Address { get; }

    /// <summary>Whether its roots are written to the disk first: that takes seconds for each action.</summary>
    public bool IsEager { get; init; }

    /// <summary>What is measured there.</summary>
    public IReadOnlyList<ActionKind> Kinds { get; init; } = [ActionKind.True, ActionKind.Find, ActionKind.Cat];

    /// <summary>Brings a tree into the CAS.</summary>
    public Task UploadAsync(ActionTree tree) => UploadAsync(tree.Blobs);

    /// <summary>Brings an action into the CAS, which is never cached.</summary>
    public async Task<Digest> UploadAsync(ActionTree tree, ActionKind kind)
    {
        Protos.Command command = new();
        command.Arguments.AddRange(kind.Arguments);
        byte[] commandBytes = command.ToByteArray();
        Digest commandDigest = DigestHasher.Compute(DigestFunction.Sha256, commandBytes);
        Protos.Action action = new() { CommandDigest = commandDigest.ToMessage(), InputRootDigest = tree.Root.ToMessage(), DoNotCache = true };
        byte[] actionBytes = action.ToByteArray();
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, actionBytes);
        await UploadAsync([new BlobUpload(commandDigest, commandBytes), new BlobUpload(digest, actionBytes)]);
        return digest;
    }

    /// <summary>Runs an action, and checks what came of it.</summary>
    public async Task<ActionSample> RunAsync(Digest action, ActionTree tree, ActionKind kind)
    {
        long started = Stopwatch.GetTimestamp();
        Protos.ExecuteRequest request = new() { InstanceName = _instance, ActionDigest = action.ToMessage(), SkipCacheLookup = true, InlineStdout = true };
        using AsyncServerStreamingCall<Protos.Operation> call = _channel.AsyncServerStreamingCall(ExecutionMethods.Execute, request);
        while (await call.ResponseStream.MoveNext(default))
        {
            Protos.Operation operation = call.ResponseStream.Current;
            if (operation.Done)
            {
                double wall = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
                Protos.ExecuteResponse response = operation.Response.Unpack<Protos.ExecuteResponse>();
                Check(response, tree, kind);
                return ActionSample.Of(wall, response.Result.ExecutionMetadata);
            }
        }

        throw new InvalidOperationException($"{Address}: the stream of Execute ended without a response");
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _cas.DisposeAsync();
    }

    private void Check(Protos.ExecuteResponse response, ActionTree tree, ActionKind kind)
    {
        string expected = kind.ReadsFiles ? tree.FileBytes.ToString(CultureInfo.InvariantCulture) : string.Empty;
        if (response is not { Status: null or { Code: 0 }, Result.ExitCode: 0, CachedResult: false } || response.Result.StdoutRaw.ToStringUtf8().Trim() != expected)
        {
            throw new InvalidOperationException($"{Address}: {kind.Name} should print '{expected}': {response}");
        }
    }

    private async Task UploadAsync(IReadOnlyList<BlobUpload> blobs)
    {
        HashSet<Digest> missing = [.. await _cas.Sink.FindMissingAsync([.. blobs.Select(static blob => blob.Digest)], CancellationToken.None)];
        await _cas.Sink.StoreAsync([.. blobs.Where(blob => missing.Contains(blob.Digest))], CancellationToken.None);
    }
}
