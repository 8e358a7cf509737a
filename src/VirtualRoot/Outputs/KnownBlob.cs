using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.Outputs;

/// <summary>An input's blob that is an output, too. The CAS has it, or had it when the action began; should it have dropped
/// it meanwhile, it is sent from the cache.</summary>
internal static class KnownBlob
{
    /// <summary>The blob; nothing is opened unless the CAS lacks it.</summary>
    public static BlobUpload Of(Digest digest, IBlobCache blobs) => new(digest, () => blobs.TryOpen(digest, out BlobLease? lease)
        ? new ContentStream(lease.Handle, lease.SizeBytes, lease)
        : throw new CasException(CasErrorKind.Missing, $"blob {digest}, an input that is an output, is neither in the CAS nor in the cache; push it again", digest));
}
