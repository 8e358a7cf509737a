using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>A <c>char *[]</c> that ends in NULL, as exec wants it, in one native block.</summary>
internal sealed unsafe class NativeStringArray : SafeHandle
{
    public NativeStringArray(IReadOnlyList<byte[]> strings)
        : base(0, ownsHandle: true)
    {
        nuint size = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        foreach (byte[] text in strings)
        {
            if (text.AsSpan().Contains((byte)0))
            {
                throw new ArgumentException("a string for the kernel contains a NUL", nameof(strings));
            }

            size += (nuint)text.Length + 1;
        }

        var pointers = (byte**)NativeMemory.AllocZeroed(size);
        SetHandle((nint)pointers);
        byte* next = (byte*)(pointers + strings.Count + 1);
        for (int i = 0; i < strings.Count; i++)
        {
            pointers[i] = next;
            strings[i].CopyTo(new Span<byte>(next, strings[i].Length));
            next += strings[i].Length + 1;
        }
    }

    public override bool IsInvalid => handle == 0;

    public byte** Pointers => (byte**)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
