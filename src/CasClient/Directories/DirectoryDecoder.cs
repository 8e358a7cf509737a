using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// Decodes one <c>Directory</c>: counts first (so that no count is believed before memory is spent on it), then fills
/// the three kinds each in its own run, checking that the run is sorted, then merges the runs, which finds duplicates.
/// </summary>
internal readonly struct DirectoryDecoder(Digest digest, DirectoryLimits limits)
{
    private const int Kinds = 3;

    private readonly Digest _digest = digest;
    private readonly DirectoryLimits _limits = limits;

    public DirectoryListing Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length > _limits.MaxMessageBytes)
        {
            throw TooMuch($"has {message.Length} bytes; the limit is {_limits.MaxMessageBytes}");
        }

        KindCounters counts = Count(message);
        int total = counts[0] + counts[1] + counts[2];
        var entries = new DirectoryEntry[total];

        // What is kept of an entry (name, raw hash or target, 16 bytes of properties) may exceed its encoding only by
        // the fixed properties; the one entry whose hash is too short is refused after room was set aside for a whole hash.
        byte[] block = ArrayPool<byte>.Shared.Rent(message.Length + (total * 16) + Digest.MaxHashBytes);
        try
        {
            int used = Fill(message, counts, entries, block);
            DirectoryEntry[] sorted = Merge(entries, counts, block);
            return new DirectoryListing(_digest.Function, sorted, block.AsSpan(0, used).ToArray());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private KindCounters Count(ReadOnlySpan<byte> message)
    {
        var counts = default(KindCounters);
        var reader = new WireReader(message);
        int total = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out int wireType) || !reader.TrySkip(wireType))
            {
                throw NotProtobuf();
            }

            if (field is >= 1 and <= Kinds && wireType == WireReader.LengthDelimited)
            {
                counts[field - 1]++;
                total++;
            }
        }

        return total <= _limits.MaxEntries
            ? counts
            : throw TooMuch($"has {total} entries; the limit is {_limits.MaxEntries}");
    }

    private int Fill(ReadOnlySpan<byte> message, in KindCounters counts, DirectoryEntry[] entries, byte[] block)
    {
        var next = default(KindCounters);
        next[1] = counts[0];
        next[2] = counts[0] + counts[1];
        var reader = new WireReader(message);
        int used = 0;
        while (!reader.AtEnd)
        {
            reader.TryReadTag(out int field, out int wireType);
            if (field is not (>= 1 and <= Kinds) || wireType != WireReader.LengthDelimited)
            {
                reader.TrySkip(wireType);
                continue;
            }

            var kind = (DirectoryEntryKind)(field - 1);
            reader.TryReadBytes(out ReadOnlySpan<byte> node);
            if (!EntryFields.TryParse(kind, node, out EntryFields fields))
            {
                throw NotProtobuf();
            }

            int index = next[field - 1]++;
            entries[index] = Store(kind, fields, block, ref used);
            int first = field == 1 ? 0 : field == 2 ? counts[0] : counts[0] + counts[1];
            if (index > first)
            {
                CheckOrder(NameOf(entries[index - 1], block), fields.Name);
            }
        }

        return used;
    }

    private DirectoryEntry Store(DirectoryEntryKind kind, in EntryFields fields, byte[] block, ref int used)
    {
        CheckName(fields.Name);
        var entry = new DirectoryEntry { Kind = kind, Offset = used, NameLength = (byte)fields.Name.Length };
        fields.Name.CopyTo(block.AsSpan(used));
        used += fields.Name.Length;
        if (kind == DirectoryEntryKind.Symlink)
        {
            CheckTarget(fields.Name, fields.Target);
            fields.Target.CopyTo(block.AsSpan(used));
            used += fields.Target.Length;
            entry.Size = fields.Target.Length;
        }
        else
        {
            StoreDigest(fields, block.AsSpan(used, Digest.HashLength(_digest.Function)), kind);
            used += Digest.HashLength(_digest.Function);
            entry.Size = fields.SizeBytes;
        }

        if (fields.IsExecutable)
        {
            entry.Flags |= DirectoryEntry.ExecutableFlag;
        }

        if (fields.HasTime)
        {
            if ((uint)fields.Nanoseconds > 999_999_999)
            {
                throw Bad(fields.Name, $"has a modification time with {fields.Nanoseconds} nanoseconds");
            }

            entry.Flags |= DirectoryEntry.TimeFlag;
            BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(used), fields.Seconds);
            BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(used + 8), fields.Nanoseconds);
            used += 12;
        }

        if (fields.HasMode)
        {
            entry.Flags |= DirectoryEntry.ModeFlag;
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(used), fields.Mode);
            used += 4;
        }

        return entry;
    }

    private void StoreDigest(in EntryFields fields, Span<byte> hash, DirectoryEntryKind kind)
    {
        if (fields.HashHex.Length != hash.Length * 2
            || fields.HashHex.ContainsAnyInRange((byte)'A', (byte)'F')
            || Convert.FromHexString(fields.HashHex, hash, out _, out _) != OperationStatus.Done)
        {
            throw Bad(fields.Name, $"has the hash '{EscapedText.Of(fields.HashHex)}', which is not {hash.Length * 2} lower-case hexadecimal digits");
        }

        if (fields.SizeBytes < 0)
        {
            throw Bad(fields.Name, $"has the negative size {fields.SizeBytes}");
        }

        if (kind == DirectoryEntryKind.Directory && fields.SizeBytes == _digest.SizeBytes && hash.SequenceEqual(_digest.Hash))
        {
            throw new CasException(CasErrorKind.Corrupt, $"directory {_digest} lists itself as '{EscapedText.Of(fields.Name)}', which no hash allows: the CAS is corrupt", _digest);
        }
    }

    private void CheckName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            throw Bad(name, "has a name that no entry may have");
        }

        if (name.Length > Math.Min(_limits.MaxNameBytes, byte.MaxValue))
        {
            throw Bad(name, $"has a name of {name.Length} bytes; at most {Math.Min(_limits.MaxNameBytes, byte.MaxValue)} are allowed");
        }

        if (name.ContainsAny((byte)'/', (byte)0))
        {
            throw Bad(name, "has a '/' or NUL in its name");
        }
    }

    private void CheckTarget(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target.Contains((byte)0))
        {
            throw Bad(name, "is a symbolic link whose target is empty or has a NUL");
        }

        if (target.Length > _limits.MaxTargetBytes)
        {
            throw Bad(name, $"is a symbolic link with a target of {target.Length} bytes; at most {_limits.MaxTargetBytes} are allowed");
        }
    }

    private void CheckOrder(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> name)
    {
        int order = previous.SequenceCompareTo(name);
        if (order > 0)
        {
            throw Bad(name, $"stands after '{EscapedText.Of(previous)}': entries must be sorted by name");
        }

        if (order == 0)
        {
            throw Bad(name, "is listed twice");
        }
    }

    private DirectoryEntry[] Merge(DirectoryEntry[] entries, in KindCounters counts, byte[] block)
    {
        if (counts[0] == entries.Length || counts[1] == entries.Length || counts[2] == entries.Length)
        {
            return entries;
        }

        var merged = new DirectoryEntry[entries.Length];
        KindCounters next = default;
        KindCounters end = default;
        (next[1], next[2]) = (counts[0], counts[0] + counts[1]);
        (end[0], end[1], end[2]) = (next[1], next[2], entries.Length);
        for (int i = 0; i < merged.Length; i++)
        {
            int least = -1;
            for (int kind = 0; kind < Kinds; kind++)
            {
                if (next[kind] < end[kind]
                    && (least < 0 || NameOf(entries[next[kind]], block).SequenceCompareTo(NameOf(entries[next[least]], block)) < 0))
                {
                    least = kind;
                }
            }

            merged[i] = entries[next[least]++];
            if (i > 0)
            {
                CheckOrder(NameOf(merged[i - 1], block), NameOf(merged[i], block));
            }
        }

        return merged;
    }

    private static ReadOnlySpan<byte> NameOf(in DirectoryEntry entry, byte[] block) => block.AsSpan(entry.Offset, entry.NameLength);

    private CasException NotProtobuf() =>
        new(CasErrorKind.Malformed, $"directory {_digest} is not an encoded Directory message: push the tree again, or check the digest", _digest);

    private CasException Bad(ReadOnlySpan<byte> name, string fault) =>
        new(CasErrorKind.Malformed, $"directory {_digest}: entry '{EscapedText.Of(name)}' {fault}", _digest);

    private CasException TooMuch(string fault) => new(CasErrorKind.LimitExceeded, $"directory {_digest} {fault}", _digest);

    [InlineArray(Kinds)]
    private struct KindCounters
    {
        private int _first;
    }
}
