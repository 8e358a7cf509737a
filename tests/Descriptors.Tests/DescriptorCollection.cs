using VirtualRoot.Descriptors.Tests.Support;

namespace VirtualRoot.Descriptors.Tests;

/// <summary>Tests that share the one root.</summary>
[CollectionDefinition(Name)]
public sealed class DescriptorCollection : ICollectionFixture<DescriptorMachine>
{
    public const string Name = "descriptors";
}
