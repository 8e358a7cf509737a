namespace VirtualRoot.Bazel.Tests;

/// <summary>One workspace, one Bazel server and one daemon for all tests, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BazelCollection : ICollectionFixture<BazelWorkspace>
{
    public const string Name = "Bazel";
}
