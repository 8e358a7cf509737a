using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test that needs /dev/fuse and root; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsFuseFactAttribute : FactAttribute
{
    public NeedsFuseFactAttribute()
    {
        if (!File.Exists("/dev/fuse"))
        {
            Skip = "there is no /dev/fuse on this machine (modprobe fuse, or run the container with --device /dev/fuse)";
        }
        else if (!Environment.IsPrivilegedProcess)
        {
            Skip = "mounting directly needs root";
        }
    }
}
