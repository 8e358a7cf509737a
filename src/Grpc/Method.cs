namespace VirtualRoot.Grpc;

/// <summary>A remote method: its name on the wire and its messages. Made once and shared by client and server.</summary>
/// <typeparam name="TRequest">What the client sends.</typeparam>
/// <typeparam name="TResponse">What the server answers.</typeparam>
/// <param name="type">How many messages go each way.</param>
/// <param name="serviceName">The service with its package, such as <c>google.bytestream.ByteStream</c>.</param>
/// <param name="name">The method alone, such as <c>Read</c>.</param>
/// <param name="requestMarshaller">Bytes of the requests.</param>
/// <param name="responseMarshaller">Bytes of the responses.</param>
public sealed class Method<TRequest, TResponse>(
    MethodType type,
    string serviceName,
    string name,
    Marshaller<TRequest> requestMarshaller,
    Marshaller<TResponse> responseMarshaller)
{
    /// <summary>How many messages go each way.</summary>
    public MethodType Type { get; } = type;

    /// <summary>The service with its package.</summary>
    public string ServiceName { get; } = serviceName;

    /// <summary>The method alone.</summary>
    public string Name { get; } = name;

    /// <summary>The path of the HTTP request: <c>/service/name</c>.</summary>
    public string FullName { get; } = $"/{serviceName}/{name}";

    /// <summary>Bytes of the requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; } = requestMarshaller;

    /// <summary>Bytes of the responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; } = responseMarshaller;

    /// <summary>The full name.</summary>
    public override string ToString() => FullName;

    internal void Expect(MethodType expected)
    {
        if (Type != expected)
        {
            throw new ArgumentException($"{FullName} is declared {Type} and cannot be used as {expected}");
        }
    }
}
