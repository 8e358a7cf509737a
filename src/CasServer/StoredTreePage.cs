using System.Buffers;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>
/// A <c>GetTreeResponse</c> whose directories are the stored bytes as they are: a client hashes them, and parsing and
/// writing them again might change them.
/// </summary>
/// <param name="Directories">The serialized directories.</param>
/// <param name="NextPageToken">Where the next page begins; empty on the last one.</param>
internal sealed record StoredTreePage(IReadOnlyList<byte[]> Directories, string NextPageToken)
{
    private const uint DirectoriesTag = (1 << 3) | 2;
    private const uint NextPageTokenTag = (2 << 3) | 2;

    /// <summary>GetTree with such pages.</summary>
    public static Method<Protos.GetTreeRequest, StoredTreePage> GetTree { get; } = new(
        MethodType.ServerStreaming,
        CasMethods.ContentAddressableStorage,
        "GetTree",
        ProtobufMarshaller<Protos.GetTreeRequest>.Instance,
        new Marshaller<StoredTreePage>(Write, static _ => throw new NotSupportedException("a server only writes pages")));

    private static void Write(StoredTreePage page, IBufferWriter<byte> output)
    {
        foreach (byte[] directory in page.Directories)
        {
            WriteField(output, DirectoriesTag, directory);
        }

        if (page.NextPageToken.Length > 0)
        {
            WriteField(output, NextPageTokenTag, System.Text.Encoding.UTF8.GetBytes(page.NextPageToken));
        }
    }

    private static void WriteField(IBufferWriter<byte> output, uint tag, byte[] bytes)
    {
        Span<byte> prefix = output.GetSpan(1 + 5);
        prefix[0] = (byte)tag;
        int length = 1;
        uint rest = (uint)bytes.Length;
        for (; rest >= 0x80; rest >>= 7)
        {
            prefix[length++] = (byte)(rest | 0x80);
        }

        prefix[length++] = (byte)rest;
        output.Advance(length);
        output.Write(bytes);
    }
}
