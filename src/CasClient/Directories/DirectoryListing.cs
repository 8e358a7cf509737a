using System.Buffers.Binary;

namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// The decoded, validated, immutable form of a REAPI <c>Directory</c> message. Entries are sorted by name (bytes) over
/// all kinds, so that a name is found by binary search; names and targets lie in one block of UTF-8 bytes.
/// </summary>
public sealed class DirectoryListing
{
    private readonly DirectoryEntry[] _entries;
    private readonly byte[] _block;
    private readonly DigestFunction _function;

    internal DirectoryListing(DigestFunction function, DirectoryEntry[] entries, byte[] block)
    {
        _function = function;
        _entries = entries;
        _block = block;
    }

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Length;

    /// <summary>Bytes of memory that this listing holds, nearly.</summary>
    public int MemoryBytes => (_entries.Length * 16) + _block.Length + 96;

    /// <summary>Decodes and validates an encoded <c>Directory</c>. Whether the bytes hash to <paramref name="digest"/>
    /// is the blob layer's concern; here the digest is what messages name, and what no entry may list again.</summary>
    /// <exception cref="CasException">Malformed: not protobuf, or not canonical; LimitExceeded; Corrupt: lists itself.</exception>
    public static DirectoryListing Decode(in Digest digest, ReadOnlySpan<byte> message, DirectoryLimits limits) =>
        new DirectoryDecoder(digest, limits).Decode(message);

    /// <summary>The index of <paramref name="name"/>, or -1. No allocation.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = GetName(middle).SequenceCompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    /// <summary>The entry's name: bytes, no terminator.</summary>
    public ReadOnlySpan<byte> GetName(int index)
    {
        ref readonly DirectoryEntry entry = ref _entries[index];
        return _block.AsSpan(entry.Offset, entry.NameLength);
    }

    /// <summary>What the entry is.</summary>
    public DirectoryEntryKind GetKind(int index) => _entries[index].Kind;

    /// <summary>The digest of a file or directory.</summary>
    public Digest GetDigest(int index)
    {
        ref readonly DirectoryEntry entry = ref _entries[index];
        return entry.Kind == DirectoryEntryKind.Symlink
            ? throw new ArgumentException("a symbolic link has no digest", nameof(index))
            : new Digest(_function, _block.AsSpan(entry.Offset + entry.NameLength, Digest.HashLength(_function)), entry.Size);
    }

    /// <summary>A file's size in bytes, a link's target length, 0 for a directory. Cheaper than <see cref="GetDigest"/>.</summary>
    public long GetSize(int index)
    {
        ref readonly DirectoryEntry entry = ref _entries[index];
        return entry.Kind == DirectoryEntryKind.Directory ? 0 : entry.Size;
    }

    /// <summary>Whether a file is executable (<c>FileNode.is_executable</c>).</summary>
    public bool IsExecutable(int index) => (_entries[index].Flags & DirectoryEntry.ExecutableFlag) != 0;

    /// <summary>A symbolic link's target: bytes, no terminator.</summary>
    public ReadOnlySpan<byte> GetTarget(int index)
    {
        ref readonly DirectoryEntry entry = ref _entries[index];
        return entry.Kind == DirectoryEntryKind.Symlink
            ? _block.AsSpan(entry.Offset + entry.NameLength, (int)entry.Size)
            : [];
    }

    /// <summary>The entry's <c>NodeProperties.mtime</c>, if it has one: seconds and nanoseconds since 1970.</summary>
    public bool TryGetModificationTime(int index, out long seconds, out uint nanoseconds)
    {
        ref readonly DirectoryEntry entry = ref _entries[index];
        if ((entry.Flags & DirectoryEntry.TimeFlag) == 0)
        {
            seconds = 0;
            nanoseconds = 0;
            return false;
        }

        ReadOnlySpan<byte> bytes = _block.AsSpan(PropertiesOffset(entry));
        seconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return true;
    }

    /// <summary>The entry's <c>NodeProperties.unix_mode</c> (permission bits), if it has one.</summary>
    public bool TryGetUnixMode(int index, out uint mode)
    {
        ref readonly DirectoryEntry entry = ref _entries[index];
        if ((entry.Flags & DirectoryEntry.ModeFlag) == 0)
        {
            mode = 0;
            return false;
        }

        int time = (entry.Flags & DirectoryEntry.TimeFlag) != 0 ? 12 : 0;
        mode = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(PropertiesOffset(entry) + time));
        return true;
    }

    private int PropertiesOffset(in DirectoryEntry entry) =>
        entry.Offset + entry.NameLength
        + (entry.Kind == DirectoryEntryKind.Symlink ? (int)entry.Size : Digest.HashLength(_function));
}
