namespace VirtualRoot.CasClient.Blobs;

/// <summary>Where a source puts a blob's bytes, in order. Nobody sees a byte before <see cref="Complete"/>. One thread at a time.</summary>
internal interface IBlobDestination
{
    /// <summary>Bytes so far: the offset at which a broken transfer resumes.</summary>
    long Position { get; }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="CasException">Corrupt: more bytes than the digest states.</exception>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Forgets the bytes so far.</summary>
    void Restart();

    /// <summary>Verifies size and hash, and hands the blob over.</summary>
    /// <exception cref="CasException">Corrupt: size or hash differ.</exception>
    void Complete();
}
