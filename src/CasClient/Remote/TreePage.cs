using System.Buffers;
using System.Text;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.CasClient.Remote;

/// <summary>
/// A <c>GetTreeResponse</c> whose directories are kept as the bytes that stood on the wire: an embedded message is
/// encoded like a blob of its own, so its hash tells which directory it is, without decoding and encoding it again.
/// </summary>
/// <param name="Directories">The directories' bytes, all within one array.</param>
/// <param name="NextPageToken">Where the next page begins; empty on the last one.</param>
/// <param name="MessageBytes">That array's length: what holding any of them holds.</param>
internal sealed record TreePage(IReadOnlyList<ReadOnlyMemory<byte>> Directories, string NextPageToken, int MessageBytes)
{
    public static TreePage Parse(ReadOnlySequence<byte> message)
    {
        byte[] bytes = message.ToArray();
        List<ReadOnlyMemory<byte>> directories = [];
        string token = string.Empty;
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            bool ok = reader.TryReadTag(out int field, out int wireType);
            if (ok && wireType == WireReader.LengthDelimited && field is 1 or 2)
            {
                ok = reader.TryReadBytes(out ReadOnlySpan<byte> value);
                if (ok && field == 1)
                {
                    int end = bytes.Length - reader.Remaining;
                    directories.Add(bytes.AsMemory(end - value.Length, value.Length));
                }
                else if (ok)
                {
                    token = Encoding.UTF8.GetString(value);
                }
            }
            else
            {
                ok = ok && reader.TrySkip(wireType);
            }

            if (!ok)
            {
                throw new FormatException("a GetTreeResponse is not protobuf");
            }
        }

        return new TreePage(directories, token, bytes.Length);
    }
}
