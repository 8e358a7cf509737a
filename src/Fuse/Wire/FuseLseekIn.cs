using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_lseek_in</c>: request LSEEK.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseLseekIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>Where to start.</summary>
    public ulong Offset { get; init; }

    /// <summary>SEEK_DATA (3) or SEEK_HOLE (4).</summary>
    public uint Whence { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
