using Microsoft.Extensions.Logging;
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

    /// <summary>What lines are from now on.</summary>
    public static LogFormat Format { get; set; }

    /// <summary>Writes <c>vroot: message</c>.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="level">How bad it is; shown in JSON alone.</param>
    public static void Tell(string message, LogLevel level = LogLevel.Error) => WriteLine(message, level, "vroot: ");

    /// <summary>Writes a line (<see cref="ByteExactText"/>) as it is.</summary>
    public static void WriteLine(string line, LogLevel level = LogLevel.Information) => WriteLine(line, level, string.Empty);

    /// <summary>Writes whole lines in one write, so that lines of several processes do not mix.</summary>
    public static void Write(ReadOnlySpan<byte> rest)
    {
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

    private static void WriteLine(string line, LogLevel level, string prefix) =>
        Write(Format == LogFormat.Json ? JsonLine.Of(level, line) : ByteExactText.Encode($"{prefix}{line}\n"));
}
