using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>getgid(2): the process's real group id. Cannot fail.</summary>
    public static uint Getgid() => getgid();

    [LibraryImport("libc")]
    private static partial uint getgid();
}
