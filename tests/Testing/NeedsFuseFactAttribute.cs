using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test that needs /dev/fuse, root and, where named, files of Debian packages; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsFuseFactAttribute : FactAttribute
{
    private const string NoDevice = "there is no /dev/fuse on this machine (modprobe fuse, or run the container with --device /dev/fuse)";
    private const string NotRoot = "mounting directly needs root";

    public NeedsFuseFactAttribute(params string[] files)
    {
        if (!File.Exists("/dev/fuse"))
        {
            Skip = NoDevice;
        }
        else if (!Environment.IsPrivilegedProcess)
        {
            Skip = NotRoot;
        }
        else if (Array.Find(files, file => !Path.Exists(file)) is { } missing)
        {
            Skip = $"there is no {missing} (eng/test installs it from Debian's package)";
        }
    }
}
