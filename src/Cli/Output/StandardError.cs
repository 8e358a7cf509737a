using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Output;

/// <summary>
/// Lines on standard error, by write(2): the Console class costs some 10 ms at its first use and takes hold of the
/// terminal, which belongs to the action of <c>vroot run</c>.
/// </summary>
internal static class StandardError
{
    private static readonly SafeFileHandle s_own = new(2, ownsHandle: false);
    private static volatile SafeFileHandle s_handle = s_own;

    /// <summary>Lines go elsewhere from now on.</summary>
    /// <param name="handle">Open for writing; null: standard error again.</param>
    public static void Redirect(SafeFileHandle? handle) => s_handle = handle ?? s_own;

    /// <summary>Writes <c>vroot: message</c>.</summary>
    public static void Tell(string message) => WriteLine("vroot: " + message);

    /// <summary>Writes a line (<see cref="ByteExactText"/>) in one write, so that lines of several processes do not mix.</summary>
    public static void WriteLine(string line)
    {
        ReadOnlySpan<byte> rest = ByteExactText.Encode(line + "\n");
        while (!rest.IsEmpty)
        {
            int written = Syscall.Write(s_handle, rest);
            if (written <= 0)
            {
                return; // A closed standard error has nobody to tell.
            }

            rest = rest[written..];
        }
    }
}
