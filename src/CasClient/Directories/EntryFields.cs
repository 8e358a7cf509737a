namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// The fields of a <c>FileNode</c>, <c>DirectoryNode</c> or <c>SymlinkNode</c> as they stand on the wire, not yet
/// judged. One parser serves the three: they number name, digest, target, is_executable and node_properties without
/// contradiction but for field 2 (digest or target) and the number of node_properties.
/// </summary>
internal ref struct EntryFields
{
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Target;
    public ReadOnlySpan<byte> HashHex;
    public long SizeBytes;
    public bool IsExecutable;
    public bool HasTime;
    public long Seconds;
    public int Nanoseconds;
    public bool HasMode;
    public uint Mode;

    /// <summary>Parses one node. False: not protobuf.</summary>
    public static bool TryParse(DirectoryEntryKind kind, ReadOnlySpan<byte> node, out EntryFields fields)
    {
        fields = default;
        int properties = kind == DirectoryEntryKind.File ? 6 : kind == DirectoryEntryKind.Symlink ? 4 : 0;
        var reader = new WireReader(node);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out int wireType))
            {
                return false;
            }

            bool ok;
            if (wireType == WireReader.LengthDelimited)
            {
                ok = reader.TryReadBytes(out ReadOnlySpan<byte> value);
                if (field == 1)
                {
                    fields.Name = value;
                }
                else if (field == 2 && kind == DirectoryEntryKind.Symlink)
                {
                    fields.Target = value;
                }
                else if (field == 2)
                {
                    ok = ok && fields.TryParseDigest(value);
                }
                else if (field == properties)
                {
                    ok = ok && fields.TryParseProperties(value);
                }
            }
            else if (wireType == WireReader.Varint && field == 4 && kind == DirectoryEntryKind.File)
            {
                ok = reader.TryReadVarint(out ulong value);
                fields.IsExecutable = value != 0;
            }
            else
            {
                ok = reader.TrySkip(wireType);
            }

            if (!ok)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryParseDigest(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out int wireType))
            {
                return false;
            }

            bool ok;
            if (field == 1 && wireType == WireReader.LengthDelimited)
            {
                ok = reader.TryReadBytes(out HashHex);
            }
            else if (field == 2 && wireType == WireReader.Varint)
            {
                ok = reader.TryReadVarint(out ulong size);
                SizeBytes = (long)size;
            }
            else
            {
                ok = reader.TrySkip(wireType);
            }

            if (!ok)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryParseProperties(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out int wireType))
            {
                return false;
            }

            if (field is 2 or 3 && wireType == WireReader.LengthDelimited)
            {
                if (!reader.TryReadBytes(out ReadOnlySpan<byte> value)
                    || !TryParseNumbers(value, out ulong first, out ulong second))
                {
                    return false;
                }

                if (field == 2)
                {
                    (HasTime, Seconds, Nanoseconds) = (true, (long)first, (int)second);
                }
                else
                {
                    (HasMode, Mode) = (true, (uint)first);
                }
            }
            else if (!reader.TrySkip(wireType))
            {
                return false;
            }
        }

        return true;
    }

    // Timestamp (seconds=1, nanos=2) and UInt32Value (value=1): varints.
    private static bool TryParseNumbers(ReadOnlySpan<byte> message, out ulong first, out ulong second)
    {
        first = 0;
        second = 0;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out int wireType))
            {
                return false;
            }

            ulong ignored = 0;
            bool ok = wireType != WireReader.Varint
                ? reader.TrySkip(wireType)
                : field == 1 ? reader.TryReadVarint(out first)
                : field == 2 ? reader.TryReadVarint(out second)
                : reader.TryReadVarint(out ignored);
            if (!ok)
            {
                return false;
            }
        }

        return true;
    }
}
