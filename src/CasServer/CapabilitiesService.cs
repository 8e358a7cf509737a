using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>REAPI <c>Capabilities</c>.</summary>
/// <param name="check">The instances served.</param>
/// <param name="maxBlobBytes">The largest blob accepted; null: no CAS is served here.</param>
/// <param name="executes">Whether actions are run.</param>
internal sealed class CapabilitiesService(RequestCheck check, long? maxBlobBytes, bool executes)
{
    private static readonly CasClient.DigestFunction[] s_functions =
    [
        CasClient.DigestFunction.Sha256,
        CasClient.DigestFunction.Sha1,
        CasClient.DigestFunction.Md5,
        CasClient.DigestFunction.Sha384,
        CasClient.DigestFunction.Sha512,
    ];

    public Task<Protos.ServerCapabilities> GetCapabilities(Protos.GetCapabilitiesRequest request, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        // Clients in use claim 2.0 and refuse a server whose lowest version is above that.
        return Task.FromResult(new Protos.ServerCapabilities
        {
            CacheCapabilities = maxBlobBytes is { } bytes ? Cache(bytes) : null,
            ExecutionCapabilities = executes ? ExecutionEndpoint.Capabilities(s_functions) : null,
            LowApiVersion = new() { Major = 2, Minor = 0 },
            HighApiVersion = new() { Major = 2, Minor = 3 },
        });
    }

    private static Protos.CacheCapabilities Cache(long maxBytes)
    {
        Protos.CacheCapabilities cache = new()
        {
            ActionCacheUpdateCapabilities = new() { UpdateEnabled = true },
            MaxBatchTotalSizeBytes = ContentAddressableStorageService.MaxBatchBytes,
            MaxCasBlobSizeBytes = maxBytes,
            SymlinkAbsolutePathStrategy = Protos.SymlinkAbsolutePathStrategy.Types.Value.Allowed,
        };
        cache.DigestFunctions.AddRange(s_functions.Select(function => function.ToMessage()));
        if (ZstdLibrary.IsAvailable)
        {
            cache.SupportedCompressors.Add(Protos.Compressor.Types.Value.Zstd);
            cache.SupportedBatchUpdateCompressors.Add(Protos.Compressor.Types.Value.Zstd);
        }

        return cache;
    }
}
