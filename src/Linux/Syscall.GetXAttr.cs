using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>getxattr(2).</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <param name="name">The attribute, with its namespace.</param>
    /// <param name="value">Where it goes.</param>
    /// <returns>The attribute's length, or a negative errno.</returns>
    public static int GetXAttr(string path, string name, Span<byte> value)
    {
        nint result = getxattr(path, name, value, (nuint)value.Length);
        return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getxattr(string path, string name, Span<byte> value, nuint size);
}
