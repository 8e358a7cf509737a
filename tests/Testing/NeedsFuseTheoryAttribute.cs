using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A theory that needs /dev/fuse, root and, where named, files of Debian packages; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsFuseTheoryAttribute : TheoryAttribute
{
    public NeedsFuseTheoryAttribute(params string[] files)
    {
        Skip = new NeedsFuseFactAttribute(files).Skip;
    }
}
