using VirtualRoot.Linux;

namespace VirtualRoot.Special.Dev;

/// <summary>/dev/null: empty, and takes everything.</summary>
internal sealed class NullHandle : SpecialHandle
{
    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(ulong offset, ReadOnlySpan<byte> data, out int written)
    {
        written = data.Length;
        return Errno.Success;
    }
}
