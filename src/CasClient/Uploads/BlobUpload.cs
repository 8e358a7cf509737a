namespace VirtualRoot.CasClient.Uploads;

/// <summary>A blob to be stored: in memory if it is small, else opened when its turn comes.</summary>
public sealed class BlobUpload
{
    private readonly Func<Stream>? _open;

    /// <summary>A blob in memory.</summary>
    public BlobUpload(Digest digest, ReadOnlyMemory<byte> contents)
    {
        Digest = digest;
        Contents = contents;
    }

    /// <summary>A blob that <paramref name="open"/> opens, at its start and able to seek, as often as it is sent.</summary>
    public BlobUpload(Digest digest, Func<Stream> open)
    {
        Digest = digest;
        _open = open;
    }

    /// <summary>What the bytes hash to.</summary>
    public Digest Digest { get; }

    /// <summary>Whether the bytes are in memory.</summary>
    public bool IsInMemory => _open is null;

    /// <summary>The bytes, where they are in memory.</summary>
    public ReadOnlyMemory<byte> Contents { get; }

    /// <summary>The bytes as a stream, which the caller disposes.</summary>
    public Stream Open() => _open is null ? new MemoryStream(Contents.ToArray(), writable: false) : _open();
}
