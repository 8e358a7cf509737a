using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>
/// Writes the entries of a READDIR or READDIRPLUS reply: <c>fuse_dirent</c> or <c>fuse_direntplus</c>, each padded to
/// 8 bytes. Works on the session's own buffer or on <see cref="FuseReplyBuffer.Span"/> of a deferred reply.
/// </summary>
public ref struct FuseDirectoryWriter
{
    private readonly Span<byte> _buffer;
    private int _length;

    /// <summary>A writer over a buffer of the size that the request asked for.</summary>
    public FuseDirectoryWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        _length = 0;
    }

    /// <summary>Bytes written.</summary>
    public readonly int Length => _length;

    /// <summary>Adds an entry of READDIR. <paramref name="nextOffset"/> is what the kernel sends to continue after it, never 0.</summary>
    /// <param name="ino">Inode number.</param>
    /// <param name="dtype">DT_*: file type, that is mode &gt;&gt; 12.</param>
    /// <param name="nextOffset">The offset after this entry.</param>
    /// <param name="name">The name, without a NUL.</param>
    /// <returns>False if it does not fit; nothing was written then.</returns>
    public bool TryAdd(ulong ino, uint dtype, ulong nextOffset, scoped ReadOnlySpan<byte> name)
    {
        if (!TryReserve(Unsafe.SizeOf<FuseDirent>(), name.Length, out Span<byte> entry))
        {
            return false;
        }

        WriteDirent(entry, ino, dtype, nextOffset, name);
        return true;
    }

    /// <summary>
    /// Adds an entry of READDIRPLUS. An entry whose NodeId is not 0 counts as a lookup of that node, "." and ".."
    /// excepted; so raise the count only where this returned true.
    /// </summary>
    /// <param name="entry">The node; NodeId 0 gives no attributes.</param>
    /// <param name="ino">Inode number.</param>
    /// <param name="dtype">DT_*: file type, that is mode &gt;&gt; 12.</param>
    /// <param name="nextOffset">The offset after this entry.</param>
    /// <param name="name">The name, without a NUL.</param>
    /// <returns>False if it does not fit; nothing was written then.</returns>
    public bool TryAddPlus(in FuseEntryOut entry, ulong ino, uint dtype, ulong nextOffset, scoped ReadOnlySpan<byte> name)
    {
        if (!TryReserve(Unsafe.SizeOf<FuseDirentPlus>(), name.Length, out Span<byte> target))
        {
            return false;
        }

        MemoryMarshal.Write(target, in entry);
        WriteDirent(target[Unsafe.SizeOf<FuseEntryOut>()..], ino, dtype, nextOffset, name);
        return true;
    }

    /// <summary>The size of a record with a name of that length: padded to 8 bytes (<c>FUSE_REC_ALIGN</c>).</summary>
    internal static int RecordSize(int headSize, int nameLength) => (headSize + nameLength + 7) & ~7;

    private static void WriteDirent(Span<byte> target, ulong ino, uint dtype, ulong nextOffset, scoped ReadOnlySpan<byte> name)
    {
        FuseDirent dirent = new() { Ino = ino, Off = nextOffset, NameLen = (uint)name.Length, Type = dtype };
        MemoryMarshal.Write(target, in dirent);
        name.CopyTo(target[Unsafe.SizeOf<FuseDirent>()..]);
        // The buffer is used again and again: the padding must not tell what an earlier reply held.
        target[(Unsafe.SizeOf<FuseDirent>() + name.Length)..].Clear();
    }

    private bool TryReserve(int headSize, int nameLength, out Span<byte> record)
    {
        int size = RecordSize(headSize, nameLength);
        if (size > _buffer.Length - _length)
        {
            record = default;
            return false;
        }

        record = _buffer.Slice(_length, size);
        _length += size;
        return true;
    }
}
