using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary><c>RWF_NOWAIT</c>: answer -EAGAIN rather than wait for the disk.</summary>
    public const int RWF_NOWAIT = 8;

    /// <summary>preadv2(2) into one buffer. EINTR is retried.</summary>
    /// <param name="file">The file.</param>
    /// <param name="buffer">Receives the bytes.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="flags">RWF_*.</param>
    /// <returns>Bytes read (with <see cref="RWF_NOWAIT"/> perhaps fewer than there are), 0 at the end, or a negative errno.</returns>
    public static unsafe nint Preadv2(SafeHandle file, Span<byte> buffer, long offset, int flags)
    {
        fixed (byte* bytes = buffer)
        {
            IoVector part = new(bytes, (nuint)buffer.Length);
            while (true)
            {
                nint result = preadv2(file, &part, 1, offset, flags);
                int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error != (int)Errno.EINTR)
                {
                    return result < 0 ? -error : result;
                }
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint preadv2(SafeHandle file, IoVector* parts, int count, long offset, int flags);
}
