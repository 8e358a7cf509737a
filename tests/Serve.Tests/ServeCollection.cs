namespace VirtualRoot.Serve.Tests;

/// <summary>Workers of one machine share its processors: their tests run one after the other, on one server where they can.</summary>
[CollectionDefinition(Name)]
public sealed class ServeCollection : ICollectionFixture<SharedWorker>
{
    public const string Name = "vroot serve";
}
