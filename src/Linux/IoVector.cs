using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct IoVector(void* address, nuint length)
{
    private readonly void* _address = address;
    private readonly nuint _length = length;

    public void* Address => _address;

    public nuint Length => _length;
}
