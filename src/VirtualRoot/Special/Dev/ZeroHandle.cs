using VirtualRoot.Linux;

namespace VirtualRoot.Special.Dev;

/// <summary>/dev/zero and /dev/full: zeros without end; writes vanish, or meet a full disk.</summary>
internal sealed class ZeroHandle(bool isFull) : SpecialHandle
{
    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        buffer.Clear();
        length = buffer.Length;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(ulong offset, ReadOnlySpan<byte> data, out int written)
    {
        written = isFull ? 0 : data.Length;
        return isFull ? Errno.ENOSPC : Errno.Success;
    }
}
