using System.Security.Cryptography;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Dev;

/// <summary>/dev/random and /dev/urandom: the kernel's generator by getrandom(2). What is written, which the kernel would
/// stir in, is dropped.</summary>
internal sealed class RandomHandle : SpecialHandle
{
    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        RandomNumberGenerator.Fill(buffer);
        length = buffer.Length;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(ulong offset, ReadOnlySpan<byte> data, out int written)
    {
        written = data.Length;
        return Errno.Success;
    }
}
