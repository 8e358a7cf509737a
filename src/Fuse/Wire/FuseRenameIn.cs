using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_rename_in</c>: request RENAME; old and new name follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseRenameIn
{
    /// <summary>The directory renamed into.</summary>
    public ulong NewDir { get; init; }
}
