using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>execve(2): this process becomes another program. Returns only if it fails.</summary>
    /// <param name="path">The program; no search in PATH.</param>
    /// <param name="arguments">Its arguments, the name first.</param>
    /// <param name="environment">Its environment, NAME=value each.</param>
    /// <returns>A negative errno.</returns>
    public static unsafe int Execve(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        byte** argumentVector = ToVector(arguments);
        byte** environmentVector = ToVector(environment);
        try
        {
            _ = execve(path, argumentVector, environmentVector);
            return -Marshal.GetLastPInvokeError();
        }
        finally
        {
            Free(argumentVector);
            Free(environmentVector);
        }

        static byte** ToVector(IReadOnlyList<string> strings)
        {
            byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
            for (int i = 0; i < strings.Count; i++)
            {
                vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
            }

            return vector;
        }

        static void Free(byte** vector)
        {
            for (byte** item = vector; *item != null; item++)
            {
                Marshal.FreeCoTaskMem((nint)(*item));
            }

            NativeMemory.Free(vector);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int execve(string path, byte** arguments, byte** environment);
}
