namespace VirtualRoot.Grpc.Wire;

/// <summary>Names that belong to HTTP or to gRPC itself: callers cannot set them, and they are no metadata when received.</summary>
internal static class ReservedHeaders
{
    public static bool Contains(string lowerCaseName) => lowerCaseName switch
    {
        "content-type" or "content-length" or "te" or "host" or "connection" or "transfer-encoding" or "upgrade"
            or "keep-alive" or "proxy-connection" or "trailer" => true,
        _ => lowerCaseName.StartsWith("grpc-", StringComparison.Ordinal) || lowerCaseName.StartsWith(':'),
    };
}
