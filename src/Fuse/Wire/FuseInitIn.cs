using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_init_in</c>: request INIT; the first 16 bytes alone before 7.36.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseInitIn
{
    /// <summary>The kernel's protocol major version.</summary>
    public uint Major { get; init; }

    /// <summary>The kernel's protocol minor version.</summary>
    public uint Minor { get; init; }

    /// <summary>The kernel's readahead in bytes.</summary>
    public uint MaxReadAhead { get; init; }

    /// <summary>Low half of the offered <see cref="FuseInitFlags"/>.</summary>
    public uint Flags { get; init; }

    /// <summary>High half of the offered <see cref="FuseInitFlags"/>; counts with INIT_EXT.</summary>
    public uint Flags2 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused0 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused1 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused2 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused3 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused4 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused5 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused6 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused7 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused8 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused9 { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused10 { get; init; }
}
