using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>What every request states: an instance, a digest function, digests.</summary>
internal sealed class RequestCheck(string? instanceName)
{
    /// <summary>Refuses an instance that is not served.</summary>
    public void Instance(string instance)
    {
        if (instanceName is not null && instance != instanceName)
        {
            throw new RpcException(
                StatusCode.InvalidArgument, $"instance name '{instance[..Math.Min(instance.Length, 100)]}' is unknown: this server has '{instanceName}'");
        }
    }

    /// <summary>A digest, which must be of the stated function, if one is stated.</summary>
    public static Digest Digest(Protos.Digest? message, Protos.DigestFunction.Types.Value function)
    {
        if (!TryDigest(message, function, out Digest digest, out string fault))
        {
            throw new RpcException(StatusCode.InvalidArgument, fault);
        }

        return digest;
    }

    /// <summary>As <see cref="Digest"/>, with the fault as a value.</summary>
    public static bool TryDigest(Protos.Digest? message, Protos.DigestFunction.Types.Value function, out Digest digest, out string fault)
    {
        fault = string.Empty;
        if (!WireDigest.TryParse(message, out digest))
        {
            string hash = message?.Hash ?? string.Empty;
            fault = $"digest '{hash[..Math.Min(hash.Length, 150)]}/{message?.SizeBytes}' is malformed: "
                + "a lower-case hash of SHA-256, SHA-1, MD5, SHA-384 or SHA-512 and a size are expected";
            return false;
        }

        if (function != Protos.DigestFunction.Types.Value.Unknown && function != digest.Function.ToMessage())
        {
            fault = $"digest {digest} is not of the stated function {function}";
            return false;
        }

        return true;
    }
}
