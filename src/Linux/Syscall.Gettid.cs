using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>gettid(2): the calling thread's id. Cannot fail.</summary>
    public static int Gettid() => gettid();

    [LibraryImport("libc")]
    private static partial int gettid();
}
