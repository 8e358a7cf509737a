using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasClient.Remote;

/// <summary>A stream's bytes as one zstd frame, compressed while they are read.</summary>
internal sealed class StreamedCompression(Stream source) : IDisposable
{
    private readonly ZstdCompressor _zstd = new();
    private readonly byte[] _taken = new byte[128 * 1024];
    private int _start;
    private int _end;
    private bool _isLast;
    private bool _isOver;

    /// <summary>The frame's next bytes: as many as fit, fewer only at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < destination.Length && !_isOver)
        {
            if (_start == _end && !_isLast)
            {
                _start = 0;
                _end = await source.ReadAtLeastAsync(_taken, _taken.Length, throwOnEndOfStream: false, cancellationToken);
                _isLast = _end < _taken.Length;
            }

            bool isStepOver = _zstd.Compress(
                _taken.AsSpan(_start, _end - _start), destination.Span[filled..], _isLast, out int consumed, out int written);
            _isOver = _isLast && isStepOver;
            _start += consumed;
            filled += written;
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();
}
