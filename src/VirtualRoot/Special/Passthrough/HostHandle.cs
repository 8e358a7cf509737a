using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Passthrough;

/// <summary>An open file of the machine's.</summary>
internal sealed class HostHandle(SafeFileHandle file) : SpecialHandle
{
    /// <summary>READ: as many reads as fill the buffer, since these files give what they like.</summary>
    public override Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        while (length < buffer.Length)
        {
            int count = Syscall.PRead(file, buffer[length..], (long)offset + length);
            if (count <= 0)
            {
                return length > 0 ? Errno.Success : (Errno)(-count);
            }

            length += count;
        }

        return Errno.Success;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}
