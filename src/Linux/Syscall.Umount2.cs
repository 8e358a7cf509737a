using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary><c>MNT_DETACH</c>: gone from the directory at once, from memory when the last user is.</summary>
    public const int MNT_DETACH = 2;

    /// <summary><c>UMOUNT_NOFOLLOW</c>: do not follow a symbolic link at the path's end.</summary>
    public const int UMOUNT_NOFOLLOW = 8;

    /// <summary>umount2(2).</summary>
    /// <returns>0 or a negative errno; -EINVAL if nothing is mounted there.</returns>
    public static int Umount2(string target, int flags) =>
        umount2(target, flags) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
