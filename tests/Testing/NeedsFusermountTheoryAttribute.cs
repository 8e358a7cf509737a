using Xunit;

namespace VirtualRoot.Testing;

/// <summary>The same as <see cref="NeedsFusermountFactAttribute"/> for a theory.</summary>
public sealed class NeedsFusermountTheoryAttribute : TheoryAttribute
{
    public NeedsFusermountTheoryAttribute() => Skip = NeedsFusermountFactAttribute.Missing;
}
