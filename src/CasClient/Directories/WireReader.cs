namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// Reads protobuf's wire format from a span: tags, varints, length-delimited fields. Every read is bounds-checked and
/// reports failure instead of throwing, since the bytes are hostile until checked.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int LengthDelimited = 2;
    public const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    /// <summary>A field's number and wire type.</summary>
    public bool TryReadTag(out int field, out int wireType)
    {
        bool ok = TryReadVarint(out ulong tag) && tag is >= 8 and <= uint.MaxValue;
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return ok;
    }

    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        if (!TryReadVarint(out ulong length) || length > (ulong)_rest.Length)
        {
            value = default;
            return false;
        }

        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Passes over a field that we do not know; groups (wire types 3 and 4) are not proto3.</summary>
    public bool TrySkip(int wireType)
    {
        switch (wireType)
        {
            case Varint:
                return TryReadVarint(out _);
            case LengthDelimited:
                return TryReadBytes(out _);
            case Fixed64 or Fixed32:
                int size = wireType == Fixed64 ? 8 : 4;
                bool ok = _rest.Length >= size;
                _rest = ok ? _rest[size..] : default;
                return ok;
            default:
                return false;
        }
    }
}
