using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>One event of epoll(7). The kernel's <c>struct epoll_event</c> is packed on x86-64 (12 bytes) and aligned
/// elsewhere (16 bytes); this type reads and writes both.</summary>
/// <param name="Events">What happened, or is waited for.</param>
/// <param name="Data">The number given at registration.</param>
public readonly record struct EpollEvent(EpollEvents Events, ulong Data)
{
    private static readonly bool s_packed =
        RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>sizeof(struct epoll_event) on this machine.</summary>
    public static int Size => s_packed ? 12 : 16;

    /// <summary>Reads an event of <see cref="Size"/> bytes.</summary>
    public static EpollEvent ReadFrom(ReadOnlySpan<byte> source) => new(
        (EpollEvents)BinaryPrimitives.ReadUInt32LittleEndian(source),
        BinaryPrimitives.ReadUInt64LittleEndian(source[(Size - 8)..]));

    /// <summary>Writes an event of <see cref="Size"/> bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)Events);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[(Size - 8)..], Data);
    }
}
