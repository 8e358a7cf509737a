using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests;

/// <summary>A server on loopback with a store of its own, and a channel to it.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly Func<CasServerOptions, CasServerOptions> _configure;

    public ServerFixture()
        : this(static options => options)
    {
    }

    internal ServerFixture(Func<CasServerOptions, CasServerOptions> configure) => _configure = configure;

    internal string Root { get; } = Path.Join(Path.GetTempPath(), "vroot-cas-" + Guid.NewGuid().ToString("N"));

    internal CasServerHost Host { get; private set; } = null!;

    internal GrpcChannel Channel { get; private set; } = null!;

    internal BlobStore Store => Host.Store;

    public async Task InitializeAsync()
    {
        Host = await CasServerHost.StartAsync(_configure(new CasServerOptions
        {
            Addresses = ["grpc://127.0.0.1:0"],
            Storage = new BlobStoreOptions { Directory = Root, Durable = true }, // as `vroot serve` has it
        }));
        Channel = GrpcChannel.ForAddress(Host.Address);
    }

    public async Task DisposeAsync()
    {
        await Channel.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    internal static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        Random random = new(seed);
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(random.Next(8) == 0 ? random.Next(256) : i >> 7);
        }

        return bytes;
    }

    internal static Digest DigestOf(ReadOnlySpan<byte> bytes) => DigestHasher.Compute(DigestFunction.Sha256, bytes);

    internal Digest Put(byte[] bytes)
    {
        Digest digest = DigestOf(bytes);
        Store.Put(digest, bytes);
        return digest;
    }

    internal Digest Put(IMessage message) => Put(message.ToByteArray());

    internal Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request) =>
        Channel.UnaryAsync(method, request);

    internal static async Task<RpcException> FailsAsync(StatusCode code, Func<Task> call)
    {
        RpcException exception = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(code == exception.StatusCode, exception.ToString());
        return exception;
    }

    internal async Task<byte[]> ReadAsync(string resource, long offset = 0, long limit = 0)
    {
        using AsyncServerStreamingCall<Protos.ReadResponse> call = Channel.AsyncServerStreamingCall(
            CasMethods.Read, new Protos.ReadRequest { ResourceName = resource, ReadOffset = offset, ReadLimit = limit });
        using MemoryStream bytes = new();
        await foreach (Protos.ReadResponse response in call.ResponseStream.ReadAllAsync())
        {
            response.Data.WriteTo(bytes);
        }

        return bytes.ToArray();
    }

    internal async Task<long> WriteAsync(string resource, byte[] bytes, int piece = 64 * 1024, long offset = 0, bool finish = true)
    {
        using AsyncClientStreamingCall<Protos.WriteRequest, Protos.WriteResponse> call = Channel.AsyncClientStreamingCall(CasMethods.Write);
        int position = 0;
        try
        {
            do
            {
                int length = Math.Min(piece, bytes.Length - position);
                await call.RequestStream.WriteAsync(new Protos.WriteRequest
                {
                    ResourceName = position == 0 ? resource : string.Empty,
                    WriteOffset = offset + position,
                    Data = ByteString.CopyFrom(bytes, position, length),
                    FinishWrite = finish && position + length == bytes.Length,
                });
                position += length;
            }
            while (position < bytes.Length);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // The server answered early: its answer is the response's.
        }

        return (await call.ResponseAsync).CommittedSize;
    }

    internal static string Upload(Digest digest, bool zstd = false) =>
        $"uploads/{Guid.NewGuid():D}/{(zstd ? "compressed-blobs/zstd" : "blobs")}/{digest}";
}
