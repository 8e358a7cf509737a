using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct sigaction</c> of the C library on 64-bit Linux (152 bytes, in glibc and musl).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalAction
{
    public nint Handler;
    public SignalSet Mask;
    public int Flags;
    public nint Restorer;

    /// <summary><c>sigset_t</c>: 1,024 bits.</summary>
    [InlineArray(16)]
    public struct SignalSet
    {
        private ulong _element;
    }
}
