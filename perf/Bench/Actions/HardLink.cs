using System.Runtime.InteropServices;

namespace VirtualRoot.Bench.Actions;

/// <summary>link(2), which only this comparison needs.</summary>
internal static partial class HardLink
{
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void Make(string existing, string path)
    {
        if (Link(existing, path) != 0)
        {
            throw new IOException($"link {existing} to {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);
}
