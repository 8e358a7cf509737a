using Google.Protobuf;

namespace VirtualRoot.CasClient.Results;

/// <summary>A REAPI <c>Tree</c>, put together from directories that are encoded already.</summary>
public static class TreeMessage
{
    // Tree (field tables of REAPI): root=1, children=2.
    private const int Root = 1;
    private const int Children = 2;

    /// <summary>The encoding of a tree. For <c>is_topologically_sorted</c> the children must be distinct, each after every
    /// directory that names it.</summary>
    /// <param name="root">The root's <c>Directory</c>.</param>
    /// <param name="children">Those of the directories below.</param>
    public static byte[] Encode(ReadOnlyMemory<byte> root, IEnumerable<ReadOnlyMemory<byte>> children)
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream output = new(bytes, leaveOpen: true))
        {
            Write(output, Root, root);
            foreach (ReadOnlyMemory<byte> child in children)
            {
                Write(output, Children, child);
            }
        }

        return bytes.ToArray();
    }

    private static void Write(CodedOutputStream output, int field, ReadOnlyMemory<byte> directory)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(directory));
    }
}
