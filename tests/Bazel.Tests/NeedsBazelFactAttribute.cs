using VirtualRoot.Testing;

namespace VirtualRoot.Bazel.Tests;

/// <summary>A test that needs Debian's Bazel and the packages that the workspace is made of; elsewhere a counted skip.</summary>
public sealed class NeedsBazelFactAttribute : FactAttribute
{
    public NeedsBazelFactAttribute() =>
        Skip = new NeedsFuseFactAttribute("/usr/bin/bazel", "/usr/bin/g++", "/usr/lib/go", "/usr/bin/javac", "/bin/busybox").Skip;
}
