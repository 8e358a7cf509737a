using VirtualRoot.Testing;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>A test that boots systemd in namespaces: needs what an action's cgroup needs, and Debian's package systemd; elsewhere a
/// counted skip that says what is missing.</summary>
public sealed class NeedsSystemdFactAttribute : FactAttribute
{
    public NeedsSystemdFactAttribute()
    {
        Skip = new NeedsFuseFactAttribute("/bin/busybox", "/lib/systemd/systemd").Skip ?? TestCgroup.WhyNone;
    }
}
