using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_direntplus</c>: head of an entry of READDIRPLUS; the name follows, padded to 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseDirentPlus
{
    /// <summary>The node; NodeId 0 says "no attributes given", not "no such name".</summary>
    public FuseEntryOut Entry;

    /// <summary>The entry.</summary>
    public FuseDirent Dirent;
}
