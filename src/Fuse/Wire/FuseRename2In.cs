using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_rename2_in</c>: request RENAME2; old and new name follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseRename2In
{
    /// <summary>The directory renamed into.</summary>
    public ulong NewDir { get; init; }

    /// <summary>RENAME_*.</summary>
    public uint Flags { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
