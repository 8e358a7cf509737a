using System.Collections.Concurrent;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Served;

/// <summary>A node of <see cref="MemoryFileSystem"/>: directory, file, symlink, synthetic file or one whose READ never ends by itself.</summary>
public sealed class MemoryNode(ulong id, uint mode)
{
    public ulong Id { get; } = id;

    public uint Mode { get; set; } = mode;

    public SortedList<string, MemoryNode> Children { get; } = new(StringComparer.Ordinal);

    public byte[] Content { get; set; } = [];

    /// <summary>Size of a file whose byte at offset n is <see cref="PatternAt"/>(n).</summary>
    public long PatternSize { get; init; } = -1;

    /// <summary>READ is deferred until it is cancelled.</summary>
    public bool Blocks { get; init; }

    /// <summary>READ is deferred and answered by another thread.</summary>
    public bool Deferred { get; init; }

    public ConcurrentDictionary<string, byte[]> ExtendedAttributes { get; } = new();

    public bool IsDirectory => (Mode & 0xF000) == 0x4000;

    public long Size => PatternSize >= 0 ? PatternSize : Content.Length;

    public static byte PatternAt(long offset) => (byte)((offset * 31) ^ (offset >> 8) ^ (offset >> 16));

    public FuseAttr Attributes(uint uid, uint gid) => new()
    {
        Ino = Id,
        Size = (ulong)Size,
        Blocks = (ulong)((Size + 511) / 512),
        Mtime = 1_700_000_000,
        Mode = Mode,
        Nlink = 1,
        Uid = uid,
        Gid = gid,
        BlkSize = 4096,
    };

    public int Read(long offset, Span<byte> buffer)
    {
        int length = (int)Math.Clamp(Size - offset, 0, buffer.Length);
        if (PatternSize >= 0)
        {
            for (int i = 0; i < length; i++)
            {
                buffer[i] = PatternAt(offset + i);
            }
        }
        else
        {
            Content.AsSpan((int)Math.Min(offset, Content.Length), length).CopyTo(buffer);
        }

        return length;
    }
}
