using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_in_header</c>: head of every request.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseInHeader
{
    /// <summary>Length of the whole request in bytes, this header included.</summary>
    public uint Len { get; init; }

    /// <summary>What is asked.</summary>
    public FuseOpcode Opcode { get; init; }

    /// <summary>Names the request; never used twice on a connection.</summary>
    public ulong Unique { get; init; }

    /// <summary>The node asked about.</summary>
    public ulong NodeId { get; init; }

    /// <summary>The caller's file-system user id, in the mount's user namespace.</summary>
    public uint Uid { get; init; }

    /// <summary>The caller's file-system group id, in the mount's user namespace.</summary>
    public uint Gid { get; init; }

    /// <summary>The calling thread's id in the pid namespace of the mounter; 0 for the kernel itself.</summary>
    public uint Pid { get; init; }

    /// <summary>Length of the extensions at the request's end, in units of 8 bytes (7.38).</summary>
    public ushort TotalExtLen { get; init; }

    /// <summary>Padding; zero.</summary>
    public ushort Padding { get; init; }
}
