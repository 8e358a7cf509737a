using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_retrieve_in</c>: request NOTIFY_REPLY; the pages that the kernel had follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseNotifyRetrieveIn
{
    /// <summary>Padding; zero.</summary>
    public ulong Dummy1 { get; init; }

    /// <summary>First byte.</summary>
    public ulong Offset { get; init; }

    /// <summary>Bytes that follow.</summary>
    public uint Size { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Dummy2 { get; init; }

    /// <summary>Padding; zero.</summary>
    public ulong Dummy3 { get; init; }

    /// <summary>Padding; zero.</summary>
    public ulong Dummy4 { get; init; }
}
