using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Descriptors;

/// <summary>A regular file outside the root (or a memfd) that the daemon opened anew: read anywhere, written at its end.</summary>
internal sealed class ReopenedFileHandle(SafeFileHandle file) : SpecialHandle
{
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
        int result = Syscall.Write(file, data);
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
