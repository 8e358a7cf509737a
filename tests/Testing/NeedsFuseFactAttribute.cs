using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test that needs /dev/fuse and root; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsFuseFactAttribute : FactAttribute
{
    private const string NoDevice = "there is no /dev/fuse on this machine (modprobe fuse, or run the container with --device /dev/fuse)";
    private const string NotRoot = "mounting directly needs root";

    public NeedsFuseFactAttribute()
    {
        if (!File.Exists("/dev/fuse"))
        {
            Skip = NoDevice;
        }
        else if (!Environment.IsPrivilegedProcess)
        {
            Skip = NotRoot;
        }
    }
}
