using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>getuid(2): the process's real user id. Cannot fail.</summary>
    public static uint Getuid() => getuid();

    [LibraryImport("libc")]
    private static partial uint getuid();
}
