using System.Globalization;

namespace VirtualRoot.CasClient.Remote;

/// <summary>ByteStream's resource names, as REAPI writes them; the instance prefix vanishes when empty.</summary>
internal static class ResourceName
{
    public static string OfRead(string instance, in Digest digest, bool zstd) =>
        Prefix(instance) + (zstd ? "compressed-blobs/zstd/" : "blobs/") + digest;

    public static string OfWrite(string instance, Guid upload, in Digest digest, bool zstd) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix(instance)}uploads/{upload:D}/{(zstd ? "compressed-blobs/zstd/" : "blobs/")}{digest}");

    private static string Prefix(string instance) => instance.Length == 0 ? string.Empty : instance + "/";
}
