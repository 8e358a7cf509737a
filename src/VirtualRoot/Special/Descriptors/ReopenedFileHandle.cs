using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Descriptors;

/// <summary>A regular file outside the root, or a memfd, that the daemon opened anew: read anywhere, and written at its end
/// (<paramref name="isAppended"/>) or anywhere.</summary>
internal sealed class ReopenedFileHandle(SafeFileHandle file, int access, bool isAppended) : SpecialHandle
{
    private static long s_last;
    private readonly ulong _line = (ulong)Interlocked.Increment(ref s_last);

    /// <summary>Its own: the file may lie on a disk that does not answer.</summary>
    public override ulong ReadLine => _line;

    /// <inheritdoc/>
    internal override SafeFileHandle? File => file;

    /// <inheritdoc/>
    internal override int Access => access;

    /// <inheritdoc/>
    public override Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        while (length < buffer.Length)
        {
            int count = Syscall.PRead(file, buffer[length..], (long)offset + length);
            if (count < 0)
            {
                return length > 0 ? Errno.Success : (Errno)(-count);
            }

            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Write(ulong offset, ReadOnlySpan<byte> data, out int written)
    {
        int result = isAppended ? Syscall.Write(file, data) : (int)Syscall.PWrite(file, data, (long)offset);
        written = Math.Max(result, 0);
        return result < 0 ? (Errno)(-result) : Errno.Success;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
