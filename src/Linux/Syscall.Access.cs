using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary><c>W_OK</c>: writing.</summary>
    public const int W_OK = 2;

    /// <summary>access(2): whether the real user may.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <param name="mode">What: <see cref="W_OK"/>.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int Access(string path, int mode)
    {
        int result = access(path, mode);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);
}
