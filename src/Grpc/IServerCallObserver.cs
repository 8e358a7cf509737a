namespace VirtualRoot.Grpc;

/// <summary>Is told of every call of a method that a host serves, at its end; from any thread. Must neither wait nor throw.</summary>
public interface IServerCallObserver
{
    /// <summary>A call has ended.</summary>
    /// <param name="method">Its full name, <c>/package.Service/Method</c>: one of those that are served.</param>
    /// <param name="status">What its client was told, or would have been.</param>
    /// <param name="received">Bytes of its requests, without framing.</param>
    /// <param name="sent">Bytes of its responses, without framing.</param>
    void Ended(string method, StatusCode status, long received, long sent);
}
