using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>A written file's bytes as a blob to be sent, in the state in which they were hashed.</summary>
internal static class WrittenBlob
{
    /// <summary>The blob.</summary>
    /// <param name="file">The file.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="version">The state that the digest is of.</param>
    public static BlobUpload Of(TreeFile file, in Digest digest, ulong version)
    {
        Digest known = digest;
        return new BlobUpload(digest, () => Open(file, known, version), () => RequireVersion(file, version));
    }

    private static ContentStream Open(TreeFile file, in Digest digest, ulong version)
    {
        OpenContent content = FileContent.TryOpen(file)
            ?? throw new CasException(CasErrorKind.Other, $"the bytes of output {digest} left the cache before they were sent: make the cache larger (--cache-size)", digest);
        if (content.Version != version)
        {
            content.Handle.Dispose();
            throw Changed();
        }

        return new ContentStream(content.Handle, content.Size, content.Handle);
    }

    private static void RequireVersion(TreeFile file, ulong version)
    {
        lock (file.Root.Gate)
        {
            if (file.DataVersion != version)
            {
                throw Changed();
            }
        }
    }

    private static OutputException Changed() => new(
        OutputErrorKind.Changing, "an output is written to while it is captured: capture when nothing writes to it");
}
