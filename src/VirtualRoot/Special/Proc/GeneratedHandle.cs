using System.Buffers;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Proc;

/// <summary>
/// An open file whose text is made when it is read: anew at offset 0, as procfs does for a program that keeps
/// /proc/stat open and reads it again, and from what was made then at later offsets.
/// </summary>
internal sealed class GeneratedHandle(Func<ArrayBufferWriter<byte>, Errno> generate, ulong line = 0) : SpecialHandle
{
    private volatile byte[]? _text;

    /// <inheritdoc/>
    public override ulong ReadLine => line;

    /// <inheritdoc/>
    public override Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        byte[]? text = _text;
        if (offset == 0 || text is null)
        {
            // Two threads that read at once each make their own text; a lock would chain one to the other's wait.
            ArrayBufferWriter<byte> writer = new();
            Errno errno = generate(writer);
            if (errno != Errno.Success)
            {
                return errno;
            }

            text = writer.WrittenSpan.ToArray();
            _text = text;
        }

        if (offset < (ulong)text.Length)
        {
            ReadOnlySpan<byte> rest = text.AsSpan((int)offset);
            length = Math.Min(rest.Length, buffer.Length);
            rest[..length].CopyTo(buffer);
        }

        return Errno.Success;
    }
}
