using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>ioctl(2) with a pointer to a structure. EINTR does not happen for the requests used here.</summary>
    /// <param name="file">The device.</param>
    /// <param name="request">The request's number.</param>
    /// <param name="argument">The structure, read and perhaps written.</param>
    /// <returns>The request's result or a negative errno.</returns>
    public static unsafe int Ioctl<T>(SafeHandle file, uint request, ref T argument)
        where T : unmanaged
    {
        fixed (T* pointer = &argument)
        {
            int result = ioctl(file, request, pointer);
            return result < 0 ? -Marshal.GetLastPInvokeError() : result;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int ioctl(SafeHandle file, nuint request, void* argument);
}
