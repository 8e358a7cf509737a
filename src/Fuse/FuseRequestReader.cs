using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse;

/// <summary>Takes a request's body apart from front to back; every method answers false rather than read beyond its end.</summary>
internal ref struct FuseRequestReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Takes a structure.</summary>
    public bool TryStruct<T>(out T value)
        where T : unmanaged
    {
        if (_rest.Length < Unsafe.SizeOf<T>())
        {
            value = default;
            return false;
        }

        value = MemoryMarshal.Read<T>(_rest);
        _rest = _rest[Unsafe.SizeOf<T>()..];
        return true;
    }

    /// <summary>Takes a string that ends in NUL, and is not empty; <paramref name="name"/> is without the NUL.</summary>
    public bool TryName(out ReadOnlySpan<byte> name)
    {
        int end = _rest.IndexOf((byte)0);
        if (end <= 0)
        {
            name = default;
            return false;
        }

        name = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes <paramref name="length"/> bytes.</summary>
    public bool TryBytes(uint length, out ReadOnlySpan<byte> bytes)
    {
        if (length > (uint)_rest.Length)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
