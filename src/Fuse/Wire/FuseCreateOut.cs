using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_entry_out</c> and <c>fuse_open_out</c> one after the other: answer of CREATE and TMPFILE.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseCreateOut
{
    /// <summary>The node made.</summary>
    public FuseEntryOut Entry;

    /// <summary>The open handle.</summary>
    public FuseOpenOut Open;
}
