using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;

namespace VirtualRoot.CasServer;

/// <summary>Reads stored blobs that fit in memory.</summary>
internal static class StoredBytes
{
    /// <summary>The whole blob.</summary>
    public static byte[] ReadAll(BlobLease lease)
    {
        byte[] contents = new byte[lease.SizeBytes];
        for (int offset = 0; offset < contents.Length;)
        {
            int length = Read(lease, contents.AsSpan(offset), offset);
            offset += length;
        }

        return contents;
    }

    /// <summary>The next bytes of a blob, at least one.</summary>
    /// <exception cref="CasException">The file ended early: somebody truncated it after it was opened.</exception>
    public static int Read(BlobLease lease, Span<byte> buffer, long offset)
    {
        int length = RandomAccess.Read(lease.Handle, buffer, offset);
        return length > 0
            ? length
            : throw new CasException(CasErrorKind.Other, $"a stored blob of {lease.SizeBytes} bytes ends at {offset}: the store was tampered with");
    }
}
