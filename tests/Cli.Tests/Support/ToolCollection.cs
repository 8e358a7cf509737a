namespace VirtualRoot.Cli.Tests.Support;

/// <summary>Tests that run the tool: one after the other, on one copy of it.</summary>
[CollectionDefinition(Name)]
public sealed class ToolCollection : ICollectionFixture<Tool>
{
    public const string Name = "tool";
}
