namespace VirtualRoot.Grpc;

/// <summary>How many messages go each way in a call.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>One request, any number of responses.</summary>
    ServerStreaming,

    /// <summary>Any number of requests, one response.</summary>
    ClientStreaming,

    /// <summary>Any number each way, in any order.</summary>
    DuplexStreaming,
}
