using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>execve(2): this process becomes another program. Returns only if it fails.</summary>
    /// <param name="path">The program, bytes that end in NUL; no search in PATH.</param>
    /// <param name="arguments">argv, the program's name first, without NULs.</param>
    /// <param name="environment">envp, NAME=value each, without NULs.</param>
    /// <returns>A negative errno.</returns>
    public static unsafe int Execve(ReadOnlySpan<byte> path, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment)
    {
        RequireTerminator(path);
        using var argv = new NativeStringArray(arguments);
        using var envp = new NativeStringArray(environment);
        _ = execve(path, argv.Pointers, envp.Pointers);
        return -Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int execve(ReadOnlySpan<byte> path, byte** arguments, byte** environment);
}
