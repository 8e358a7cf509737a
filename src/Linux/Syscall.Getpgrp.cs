using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>getpgrp(2): the process group of this process. It cannot fail.</summary>
    /// <returns>The process group's id.</returns>
    public static int Getpgrp() => getpgrp();

    [LibraryImport("libc")]
    private static partial int getpgrp();
}
