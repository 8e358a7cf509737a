using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>getpid(2), in the process's own pid namespace. Cannot fail.</summary>
    public static int Getpid() => getpid();

    [LibraryImport("libc")]
    private static partial int getpid();
}
