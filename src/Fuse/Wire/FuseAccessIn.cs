using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_access_in</c>: request ACCESS.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseAccessIn
{
    /// <summary>R_OK (4), W_OK (2), X_OK (1).</summary>
    public uint Mask { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
