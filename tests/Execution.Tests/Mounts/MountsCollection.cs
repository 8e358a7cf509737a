namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>Tests that mount, one after the other: they look at mount tables and count requests.</summary>
[CollectionDefinition(Name)]
public sealed class MountsCollection
{
    public const string Name = "build directories";
}
