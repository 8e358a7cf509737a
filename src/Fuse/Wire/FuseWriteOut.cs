using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_write_out</c>: answer of WRITE and of COPY_FILE_RANGE.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseWriteOut
{
    /// <summary>Bytes written.</summary>
    public uint Size;

    /// <summary>Padding; zero.</summary>
    public uint Padding;
}
