using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>prctl(2) with integer arguments.</summary>
    /// <returns>The option's result, or a negative errno.</returns>
    public static int Prctl(int option, nuint argument2 = 0, nuint argument3 = 0, nuint argument4 = 0, nuint argument5 = 0)
    {
        int result = prctl(option, argument2, argument3, argument4, argument5);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
