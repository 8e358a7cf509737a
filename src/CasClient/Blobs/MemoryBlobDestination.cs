namespace VirtualRoot.CasClient.Blobs;

/// <summary>A blob in memory: for directories, which are decoded at once. Memory grows with the bytes that come, not
/// with the size that a hostile digest claims.</summary>
internal sealed class MemoryBlobDestination(Digest digest) : IBlobDestination
{
    // A listing of ordinary size comes in one piece; more is taken only as it arrives.
    private const int FirstBytes = 64 * 1024;

    private readonly Digest _digest = digest;
    private byte[] _bytes = new byte[Math.Min(digest.SizeBytes, FirstBytes)];
    private int _length;

    /// <inheritdoc/>
    public long Position => _length;

    /// <summary>The blob, once complete.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _digest.SizeBytes - _length)
        {
            throw new CasException(CasErrorKind.Corrupt, $"more than {_digest.SizeBytes} bytes came for digest {_digest}: the CAS is corrupt", _digest);
        }

        if (bytes.Length > _bytes.Length - _length)
        {
            long doubled = Math.Max(_length + bytes.Length, 2L * _bytes.Length);
            Array.Resize(ref _bytes, (int)Math.Min(doubled, _digest.SizeBytes));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Restart() => _length = 0;

    /// <inheritdoc/>
    public void Complete()
    {
        if (DigestHasher.Compute(_digest.Function, Bytes.Span) != _digest)
        {
            throw new CasException(CasErrorKind.Corrupt, $"{_length} bytes do not match digest {_digest}: the CAS is corrupt", _digest);
        }
    }
}
