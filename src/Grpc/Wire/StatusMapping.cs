using System.Globalization;
using System.Net;

namespace VirtualRoot.Grpc.Wire;

/// <summary>How headers, HTTP status codes and HTTP/2 error codes become a gRPC status: the tables of PROTOCOL-HTTP2 and http-grpc-status-mapping.</summary>
internal static class StatusMapping
{
    /// <summary>The status in the three headers; <paramref name="code"/> is <c>grpc-status</c>.</summary>
    public static Status FromHeaders(string code, string? message, string? details)
    {
        StatusCode parsed = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 0 and <= 16
            ? (StatusCode)number
            : StatusCode.Unknown;
        byte[] detailBytes = [];
        if (details is not null)
        {
            // Details that cannot be decoded are lost; the status itself is not.
            _ = MetadataHeaders.TryDecodeBase64(details, out detailBytes);
        }

        return new Status(parsed, PercentEncoding.Decode(message ?? string.Empty), detailBytes);
    }

    /// <summary>The status of a response that carries no <c>grpc-status</c>, usually a proxy's.</summary>
    public static Status FromHttpStatus(HttpStatusCode status, string what)
    {
        StatusCode code = (int)status switch
        {
            400 => StatusCode.Internal,
            401 => StatusCode.Unauthenticated,
            403 => StatusCode.PermissionDenied,
            404 => StatusCode.Unimplemented,
            429 or 502 or 503 or 504 => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        };
        return new Status(code, $"{what} (HTTP status {(int)status})");
    }

    /// <summary>The status of a stream that the peer reset with an HTTP/2 error code.</summary>
    public static StatusCode FromHttp2Error(long errorCode) => errorCode switch
    {
        0x0 => StatusCode.Internal,          // NO_ERROR without a status
        0x1 => StatusCode.Internal,          // PROTOCOL_ERROR
        0x2 => StatusCode.Internal,          // INTERNAL_ERROR
        0x3 => StatusCode.Internal,          // FLOW_CONTROL_ERROR
        0x4 => StatusCode.Internal,          // SETTINGS_TIMEOUT
        0x6 => StatusCode.Internal,          // FRAME_SIZE_ERROR
        0x7 => StatusCode.Unavailable,       // REFUSED_STREAM
        0x8 => StatusCode.Cancelled,         // CANCEL
        0x9 => StatusCode.Internal,          // COMPRESSION_ERROR
        0xa => StatusCode.Internal,          // CONNECT_ERROR
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied,  // INADEQUATE_SECURITY
        _ => StatusCode.Unknown,
    };
}
