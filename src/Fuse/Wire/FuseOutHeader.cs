using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_out_header</c>: head of every reply and notification.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseOutHeader
{
    /// <summary>Length of the whole message in bytes, this header included.</summary>
    public uint Len;

    /// <summary>0 or a negative errno; a notification's code.</summary>
    public int Error;

    /// <summary>The request answered; 0 for a notification.</summary>
    public ulong Unique;
}
