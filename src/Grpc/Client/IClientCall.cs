namespace VirtualRoot.Grpc.Client;

/// <summary>What the public call types show of a call, whatever its messages.</summary>
internal interface IClientCall : IDisposable
{
    Task<Metadata> ResponseHeadersAsync { get; }

    Status GetStatus();

    Metadata GetTrailers();
}
