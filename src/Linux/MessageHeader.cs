using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Parts;
    public nuint PartCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
