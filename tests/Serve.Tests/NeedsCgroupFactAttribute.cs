using VirtualRoot.Testing;

namespace VirtualRoot.Serve.Tests;

/// <summary>A test that needs /dev/fuse, root, busybox, and a cgroup file system of version 2 that can be written; elsewhere a
/// counted skip that says which is missing.</summary>
public sealed class NeedsCgroupFactAttribute : FactAttribute
{
    public NeedsCgroupFactAttribute()
    {
        Skip = new NeedsFuseFactAttribute("/bin/busybox", "/usr/bin/python3").Skip ?? TestCgroup.WhyNone;
    }
}
