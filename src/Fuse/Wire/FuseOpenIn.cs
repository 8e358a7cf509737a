using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_open_in</c>: request OPEN and OPENDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseOpenIn
{
    /// <summary>O_* of open(2), without O_CREAT, O_EXCL and O_NOCTTY.</summary>
    public uint Flags { get; init; }

    /// <summary>FUSE_OPEN_KILL_SUIDGID is 1 (7.33).</summary>
    public uint OpenFlags { get; init; }
}
