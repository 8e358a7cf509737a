using System.Buffers.Binary;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special;

/// <summary>Inode numbers of special nodes: 1 for /proc as on procfs, for the others a hash (FNV-1a, 64 bits, mixed) of the
/// path below the root and the process's identity, so that they are the same whenever the node is made again.</summary>
internal static class SpecialInode
{
    /// <summary>PROC_ROOT_INO.</summary>
    public const ulong Proc = 1;

    private const ulong Offset = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    /// <summary>The number of a node that belongs to no process.</summary>
    public static ulong Of(ReadOnlySpan<byte> path) => Finish(Add(Offset, path));

    /// <summary>The number of a node of a process.</summary>
    public static ulong Of(ProcessIdentity process, ReadOnlySpan<byte> path)
    {
        Span<byte> identity = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(identity, process.Pid);
        BinaryPrimitives.WriteUInt64LittleEndian(identity[4..], process.Mark);
        return Finish(Add(Add(Offset, identity), path));
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            hash = (hash ^ one) * Prime;
        }

        return hash;
    }

    /// <summary>Bit 62 keeps the numbers away from small, chosen ones; bit 63 stays clear for tools that read them signed.</summary>
    private static ulong Finish(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
        return (hash & 0x3fffffffffffffff) | 0x4000000000000000;
    }
}
