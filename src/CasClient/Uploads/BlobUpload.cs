namespace VirtualRoot.CasClient.Uploads;

/// <summary>A blob to be stored: in memory if it is small, else opened when its turn comes.</summary>
public sealed class BlobUpload
{
    // A blob up to this size is read whole when it is sent, so that it can go in a batch; some hundreds at most at once.
    private const int HeldBytes = 64 * 1024;

    private readonly Func<Stream>? _open;
    private readonly Action? _requireUnchanged;

    /// <summary>A blob in memory.</summary>
    public BlobUpload(Digest digest, ReadOnlyMemory<byte> contents)
    {
        Digest = digest;
        Contents = contents;
    }

    /// <summary>A blob that <paramref name="open"/> opens, at its start and able to seek, as often as it is sent.</summary>
    /// <param name="digest">What the bytes hash to.</param>
    /// <param name="open">Opens them.</param>
    /// <param name="requireUnchanged">Throws if they are no longer what was hashed; asked after they were sent.</param>
    public BlobUpload(Digest digest, Func<Stream> open, Action? requireUnchanged = null)
    {
        Digest = digest;
        _open = open;
        _requireUnchanged = requireUnchanged;
    }

    /// <summary>What the bytes hash to.</summary>
    public Digest Digest { get; }

    /// <summary>Whether the bytes are in memory.</summary>
    public bool IsInMemory => _open is null;

    /// <summary>The bytes, where they are in memory.</summary>
    public ReadOnlyMemory<byte> Contents { get; }

    /// <summary>The bytes as a stream, which the caller disposes.</summary>
    public Stream Open() => _open is null ? new MemoryStream(Contents.ToArray(), writable: false) : _open();

    /// <summary>Throws if the bytes are no longer what was hashed.</summary>
    internal void RequireUnchanged() => _requireUnchanged?.Invoke();

    /// <summary>The same blob, in memory if it is small.</summary>
    internal async ValueTask<BlobUpload> HoldIfSmallAsync(CancellationToken cancellationToken)
    {
        if (_open is null || Digest.SizeBytes > HeldBytes)
        {
            return this;
        }

        byte[] contents = new byte[Digest.SizeBytes];
        await using Stream stream = _open();
        int length = await stream.ReadAtLeastAsync(contents, contents.Length, throwOnEndOfStream: false, cancellationToken);
        RequireUnchanged();
        return new BlobUpload(Digest, contents.AsMemory(0, length));
    }
}
