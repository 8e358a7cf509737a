using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Output;

/// <summary>
/// Lines on standard error, by write(2): the Console class costs some 10 ms at its first use and takes hold of the
/// terminal, which belongs to the action of <c>vroot run</c>.
/// </summary>
internal static class StandardError
{
    private static readonly Microsoft.Win32.SafeHandles.SafeFileHandle s_handle = new(2, ownsHandle: false);

    /// <summary>Writes <c>vroot: message</c>.</summary>
    public static void Tell(string message) => WriteLine("vroot: " + message);

    /// <summary>Writes a line in one write, so that lines of several processes do not mix.</summary>
    public static void WriteLine(string line)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(line + "\n");
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
