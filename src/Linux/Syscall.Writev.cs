using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>writev(2) of two parts. EINTR is retried: nothing was written then.</summary>
    /// <returns>Bytes written or a negative errno.</returns>
    public static unsafe nint Writev(SafeHandle file, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (byte* firstBytes = first)
        fixed (byte* secondBytes = second)
        {
            IoVector* parts = stackalloc IoVector[2];
            parts[0] = new IoVector(firstBytes, (nuint)first.Length);
            parts[1] = new IoVector(secondBytes, (nuint)second.Length);
            while (true)
            {
                nint result = writev(file, parts, 2);
                int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error != (int)Errno.EINTR)
                {
                    return result < 0 ? -error : result;
                }
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint writev(SafeHandle file, IoVector* parts, int count);
}
