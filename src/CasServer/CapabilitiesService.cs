using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>REAPI <c>Capabilities</c>.</summary>
internal sealed class CapabilitiesService(RequestCheck check, long maxBlobBytes)
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
        Protos.CacheCapabilities cache = new()
        {
            ActionCacheUpdateCapabilities = new() { UpdateEnabled = true },
            MaxBatchTotalSizeBytes = ContentAddressableStorageService.MaxBatchBytes,
            MaxCasBlobSizeBytes = maxBlobBytes,
            SymlinkAbsolutePathStrategy = Protos.SymlinkAbsolutePathStrategy.Types.Value.Allowed,
        };
        cache.DigestFunctions.AddRange(s_functions.Select(function => function.ToMessage()));
        if (ZstdLibrary.IsAvailable)
        {
            cache.SupportedCompressors.Add(Protos.Compressor.Types.Value.Zstd);
            cache.SupportedBatchUpdateCompressors.Add(Protos.Compressor.Types.Value.Zstd);
        }

        // Clients in use claim 2.0 and refuse a server whose lowest version is above that.
        return Task.FromResult(new Protos.ServerCapabilities
        {
            CacheCapabilities = cache,
            LowApiVersion = new() { Major = 2, Minor = 0 },
            HighApiVersion = new() { Major = 2, Minor = 3 },
        });
    }
}
