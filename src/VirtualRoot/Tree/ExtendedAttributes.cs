using VirtualRoot.Linux;

namespace VirtualRoot.Tree;

/// <summary>The extended attributes of one node, in memory; bounded, as every disk file system bounds them. Protected by
/// the root's gate.</summary>
internal sealed class ExtendedAttributes
{
    /// <summary>Names and values of one node together, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const uint Create = 1; // XATTR_CREATE
    private const uint Replace = 2; // XATTR_REPLACE

    private readonly Dictionary<byte[], byte[]> _values = new(ByteNameComparer.Instance);
    private int _bytes;

    /// <summary>Bytes that <see cref="List"/> writes: each name with its NUL.</summary>
    public int ListLength { get; private set; }

    /// <summary>The value of <paramref name="name"/>.</summary>
    /// <returns>ENODATA if there is none.</returns>
    public Errno Get(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        bool found = _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out byte[]? bytes);
        value = bytes;
        return found ? Errno.Success : Errno.ENODATA;
    }

    /// <summary>Sets <paramref name="name"/>; <paramref name="flags"/> as setxattr(2) tells.</summary>
    /// <returns>EEXIST, ENODATA, or ENOSPC beyond <see cref="MaxBytes"/>.</returns>
    public Errno Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags)
    {
        var lookup = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
        bool exists = lookup.TryGetValue(name, out byte[]? old);
        if (exists ? (flags & Create) != 0 : (flags & Replace) != 0)
        {
            return exists ? Errno.EEXIST : Errno.ENODATA;
        }

        int bytes = _bytes + value.Length + (exists ? -old!.Length : name.Length);
        if (bytes > MaxBytes)
        {
            return Errno.ENOSPC;
        }

        _bytes = bytes;
        ListLength += exists ? 0 : name.Length + 1;
        lookup[name] = value.ToArray();
        return Errno.Success;
    }

    /// <summary>Removes <paramref name="name"/>.</summary>
    /// <returns>ENODATA if there is none.</returns>
    public Errno Remove(ReadOnlySpan<byte> name)
    {
        if (!_values.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name, out _, out byte[]? value))
        {
            return Errno.ENODATA;
        }

        _bytes -= name.Length + value.Length;
        ListLength -= name.Length + 1;
        return Errno.Success;
    }

    /// <summary>Writes every name with its NUL to <paramref name="names"/>, which has room for <see cref="ListLength"/> bytes.</summary>
    public void List(Span<byte> names)
    {
        foreach (byte[] name in _values.Keys)
        {
            name.CopyTo(names);
            names[name.Length] = 0;
            names = names[(name.Length + 1)..];
        }
    }
}
