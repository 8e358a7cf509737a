using System.Buffers;
using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse;

/// <summary>Memory outside the managed heap, aligned to a page: the kernel copies whole pages, the collector never moves it.</summary>
internal sealed unsafe class NativeBuffer : MemoryManager<byte>
{
    private readonly int _size;
    private void* _address;

    public NativeBuffer(int size)
    {
        _size = size;
        _address = NativeMemory.AlignedAlloc((nuint)size, (nuint)Environment.SystemPageSize);
    }

    public Span<byte> Span => GetSpan();

    public void Dispose() => ((IDisposable)this).Dispose();

    public override Span<byte> GetSpan() => new(_address, _size);

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_address + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_address);
        _address = null;
    }
}
