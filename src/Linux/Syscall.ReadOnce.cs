using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>read(2) for callers that are woken by a signal: EINTR is theirs.</summary>
    /// <returns>The number of bytes, 0 at the end, or a negative errno.</returns>
    public static int ReadOnce(SafeHandle file, Span<byte> buffer)
    {
        nint result = read(file, buffer, (nuint)buffer.Length);
        return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
    }
}
