using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test of files that the kernel reads itself (FUSE_PASSTHROUGH): Linux 6.9 or newer, and root outside of user namespaces.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPassthroughFactAttribute : FactAttribute
{
    private static readonly Version s_first = new(6, 9);

    public NeedsPassthroughFactAttribute() => Skip = new NeedsFuseFactAttribute("/bin/busybox").Skip ??
        (Environment.OSVersion.Version < s_first ? $"Linux {Environment.OSVersion.Version} is older than {s_first}, the first with FUSE_PASSTHROUGH" : null);
}
