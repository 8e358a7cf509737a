using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>mount(2).</summary>
    /// <param name="source">What mountinfo shows as the source.</param>
    /// <param name="target">The directory.</param>
    /// <param name="type">The file system's type.</param>
    /// <param name="flags">MS_*.</param>
    /// <param name="data">The file system's own options.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int Mount(string source, string target, string type, MountFlags flags, string? data) =>
        mount(source, target, type, (nuint)flags, data) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, nuint flags, string? data);
}
