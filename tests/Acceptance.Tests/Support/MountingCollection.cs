namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>Everything that mounts runs one after another: the tests look at all mounts and processes of this machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MountingCollection : ICollectionFixture<Machine>
{
    public const string Name = "mounting";
}
