using System.Collections.Concurrent;
using Google.Protobuf;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Tests.Fakes;

/// <summary>A CAS in memory on a real socket, with faults: what it lacks, what it answers wrongly, where it stops.</summary>
internal sealed partial class FakeCas : IAsyncDisposable
{
    private readonly GrpcServerHost _host = new(new GrpcServerOptions
    {
        Addresses = ["grpc://127.0.0.1:0"],
        MaxReceiveMessageSize = 4 << 20,
        ShutdownTimeout = TimeSpan.FromMilliseconds(100),
    });

    public ConcurrentDictionary<Digest, byte[]> Blobs { get; } = new();

    /// <summary>The calls that came, by method name.</summary>
    public ConcurrentDictionary<string, int> Calls { get; } = new();

    /// <summary>Offsets and names of the ByteStream reads that came.</summary>
    public ConcurrentQueue<ReadRequest> Reads { get; } = new();

    /// <summary>Names of the ByteStream writes that came.</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>How the blobs of BatchUpdateBlobs came.</summary>
    public ConcurrentQueue<Compressor.Types.Value> UpdateCompressors { get; } = new();

    /// <summary>Methods that this server does not have, by name.</summary>
    public HashSet<string> Lacks { get; } = [];

    /// <summary>Runs before each call; may wait or throw.</summary>
    public Func<string, ServerCallContext, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What is sent instead of a blob's bytes.</summary>
    public Func<Digest, byte[], byte[]> Tamper { get; set; } = (_, bytes) => bytes;

    /// <summary>What arrives instead of the bytes that a client stores.</summary>
    public Func<byte[], byte[]> Arrives { get; set; } = static bytes => bytes;

    /// <summary>Runs after each chunk of a read, with the bytes sent so far; may wait or throw.</summary>
    public Func<long, ServerCallContext, Task> AfterChunk { get; set; } = (_, _) => Task.CompletedTask;

    public bool IgnoresReadOffset { get; set; }

    public int ChunkBytes { get; set; } = 64 * 1024;

    public int TreePageSize { get; set; } = 100;

    public CacheCapabilities Capabilities { get; } = new() { DigestFunctions = { Protos.DigestFunction.Types.Value.Sha256 } };

    public string Address => _host.BoundAddress;

    public static async Task<FakeCas> StartAsync()
    {
        var cas = new FakeCas();
        cas.AddMethods();
        await cas._host.StartAsync();
        return cas;
    }

    public Digest Add(byte[] bytes)
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        Blobs[digest] = bytes;
        return digest;
    }

    public Digest Add(IMessage message) => Add(message.ToByteArray());

    public int CallsOf(string method) => Calls.GetValueOrDefault(method);

    public CasEndpointOptions Endpoint() => new()
    {
        Address = Address,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(20),
        RetryDeadline = TimeSpan.FromSeconds(10),
        CallTimeout = TimeSpan.FromSeconds(60),
        StallTimeout = TimeSpan.FromSeconds(60),
    };

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task EnterAsync(string method, ServerCallContext context)
    {
        Calls.AddOrUpdate(method, 1, static (_, count) => count + 1);
        if (Lacks.Contains(method))
        {
            throw new RpcException(StatusCode.Unimplemented, $"{method} is not served");
        }

        await Before(method, context);
    }

    private byte[] Find(Digest digest) => Blobs.TryGetValue(digest, out byte[]? bytes)
        ? Tamper(digest, bytes)
        : throw new RpcException(StatusCode.NotFound, $"no blob {digest}");

    private static Digest Parse(Protos.Digest message) => WireDigest.TryParse(message, out Digest digest)
        ? digest
        : throw new RpcException(StatusCode.InvalidArgument, $"bad digest {message}");
}
