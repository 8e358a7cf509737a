using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_fallocate_in</c>: request FALLOCATE.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseFallocateIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>First byte.</summary>
    public ulong Offset { get; init; }

    /// <summary>Number of bytes.</summary>
    public ulong Length { get; init; }

    /// <summary>FALLOC_FL_*.</summary>
    public uint Mode { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
