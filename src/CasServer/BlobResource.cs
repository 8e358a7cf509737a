using System.Globalization;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer;

/// <summary>
/// A ByteStream resource name taken apart:
/// <c>[instance/][uploads/{uuid}/]blobs/{hash}/{size}</c> or <c>…compressed-blobs/zstd/{hash}/{size}</c>, after an
/// upload's size anything may follow (REAPI: a file name for people).
/// </summary>
internal readonly record struct BlobResource(string Instance, string Upload, bool IsZstd, Digest Digest)
{
    private const int MaxUploadName = 100;

    /// <summary>Parses the resource of a Read.</summary>
    public static BlobResource ParseRead(string name) => Parse(name, isUpload: false);

    /// <summary>Parses the resource of a Write or QueryWriteStatus.</summary>
    public static BlobResource ParseWrite(string name) => Parse(name, isUpload: true);

    private static BlobResource Parse(string name, bool isUpload)
    {
        string[] parts = name.Split('/');
        string keyword = isUpload ? "uploads" : "blobs";
        int next = Array.FindIndex(parts, part => part is "uploads" or "blobs" or "compressed-blobs");
        if (next < 0 || (parts[next] == "uploads") != isUpload)
        {
            throw Malformed(name, $"it has no part {keyword}");
        }

        string instance = string.Join('/', parts.AsSpan(0, next)!);
        string upload = string.Empty;
        if (isUpload)
        {
            upload = next + 1 < parts.Length ? parts[next + 1] : string.Empty;
            next += 2;
            if (upload.Length is 0 or > MaxUploadName || next >= parts.Length || parts[next] is not ("blobs" or "compressed-blobs"))
            {
                throw Malformed(name, "uploads/{uuid}/blobs/{hash}/{size} is expected");
            }
        }

        bool isZstd = parts[next++] == "compressed-blobs";
        if (isZstd && (next >= parts.Length || parts[next++] != "zstd"))
        {
            throw Malformed(name, "the only compressor here is zstd");
        }

        if (parts.Length < next + 2 || (!isUpload && parts.Length > next + 2)
            || !long.TryParse(parts[next + 1], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            || !Digest.TryCreate(parts[next], size, out Digest digest))
        {
            throw Malformed(name, "{hash}/{size} is expected, with a hash of SHA-256, SHA-1, MD5, SHA-384 or SHA-512");
        }

        return new BlobResource(instance, upload, isZstd, digest);
    }

    private static RpcException Malformed(string name, string reason) => new(
        StatusCode.InvalidArgument, $"resource name '{name[..Math.Min(name.Length, 300)]}' is malformed: {reason}");
}
