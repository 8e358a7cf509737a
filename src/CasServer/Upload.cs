using System.Buffers;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasServer;

/// <summary>A blob on its way in, perhaps compressed. What comes is bounded by the size that its digest states.</summary>
internal sealed class Upload : IDisposable
{
    private const int DecompressionBytes = 128 * 1024;

    private readonly BlobResource _resource;
    private readonly BlobWriter _writer;
    private ZstdDecompressor? _decompressor;

    public Upload(BlobStore store, BlobResource resource)
    {
        _resource = resource;
        _writer = store.BeginWrite(resource.Digest);
        _decompressor = resource.IsZstd ? new ZstdDecompressor(resource.Digest.SizeBytes) : null;
    }

    /// <summary>Whether a call holds it. Guarded by the table's gate.</summary>
    public bool IsActive { get; set; }

    /// <summary>When a call last held it. Guarded by the table's gate.</summary>
    public DateTimeOffset LastUse { get; set; }

    /// <summary>Bytes received, as the client counts them: compressed, where it compresses.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes written to disk.</summary>
    public long Written => _writer.Position;

    /// <summary>The next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_decompressor is null)
        {
            _writer.Write(bytes);
        }
        else
        {
            Decompress(_decompressor, bytes);
        }

        Received += bytes.Length;
    }

    /// <summary>Begins anew.</summary>
    public void Restart()
    {
        _writer.Restart();
        Received = 0;
        if (_decompressor is not null)
        {
            _decompressor.Dispose();
            _decompressor = new ZstdDecompressor(_resource.Digest.SizeBytes);
        }
    }

    /// <summary>Verifies and stores the blob.</summary>
    public Task CommitAsync()
    {
        if (_decompressor is { IsAtFrameEnd: false } && Received > 0)
        {
            throw new CasException(
                CasErrorKind.Corrupt, $"the zstd stream for blob {_resource.Digest} is truncated after {Received} bytes", _resource.Digest);
        }

        return _writer.CommitAsync();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _decompressor?.Dispose();
    }

    private void Decompress(ZstdDecompressor decompressor, ReadOnlySpan<byte> bytes)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DecompressionBytes);
        try
        {
            int written;
            do
            {
                decompressor.Decompress(bytes, buffer, out int consumed, out written);
                bytes = bytes[consumed..];
                _writer.Write(buffer.AsSpan(0, written));
            }
            while (!bytes.IsEmpty || written > 0);
        }
        catch (ZstdException exception)
        {
            throw new CasException(
                CasErrorKind.Corrupt, $"blob {_resource.Digest}: {exception.Message}", _resource.Digest, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
