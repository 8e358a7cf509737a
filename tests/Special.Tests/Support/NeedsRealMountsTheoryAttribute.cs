namespace VirtualRoot.Special.Tests.Support;

/// <summary>A theory that needs /dev/fuse, root, Debian's python3 and namespaces to mount in; elsewhere a counted skip that says what is missing.</summary>
public sealed class NeedsRealMountsTheoryAttribute : TheoryAttribute
{
    public NeedsRealMountsTheoryAttribute() => Skip = NeedsRealMountsFactAttribute.Missing;
}
