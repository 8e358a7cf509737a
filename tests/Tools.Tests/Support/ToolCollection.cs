namespace VirtualRoot.Tools.Tests.Support;

/// <summary>Everything that uses the one root, one test after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ToolCollection : ICollectionFixture<ToolMachine>
{
    public const string Name = "tools";
}
