using VirtualRoot.CasClient;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tree;

/// <summary>
/// The bytes of a file that is not, or no longer, just its input: the first <see cref="Size"/> bytes of a blob, or a
/// scratch file. A new file begins as the empty blob, a shrunk input is a shorter part of its blob, and a copy of a whole
/// blob by copy_file_range is that blob: none of them needs a byte on the scratch disk. Protected by the root's gate.
/// </summary>
internal sealed class WrittenContent(Digest blob, ulong size)
{
    /// <summary>While there is no scratch file: whose first bytes these are.</summary>
    public Digest Blob = blob;

    public ScratchFile? Scratch;

    /// <summary>The file's size in bytes.</summary>
    public ulong Size = size;

    /// <summary>Bytes that the scratch file occupies.</summary>
    public long Allocated;
}
