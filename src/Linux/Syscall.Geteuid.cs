using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>geteuid(2): the process's effective user id. Cannot fail.</summary>
    public static uint Geteuid() => geteuid();

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
