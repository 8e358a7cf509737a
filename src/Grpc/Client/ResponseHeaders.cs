using System.Net;
using System.Net.Http.Headers;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Client;

/// <summary>What a response's headers and trailers say about its call.</summary>
internal static class ResponseHeaders
{
    /// <summary>Refuses a response that is not gRPC's, such as a proxy's error page.</summary>
    /// <exception cref="RpcException">With the status that the HTTP status maps to.</exception>
    public static void Validate(HttpResponseMessage response, string address)
    {
        if (First(response.Headers, HeaderNames.Status) is not null)
        {
            return;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RpcException(StatusMapping.FromHttpStatus(response.StatusCode, $"{address} did not answer as a gRPC server"));
        }

        string? contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values) ? values.ToString() : null;
        if (!HeaderNames.IsGrpc(contentType))
        {
            throw new RpcException(StatusMapping.FromHttpStatus(response.StatusCode, $"{address} answered with content type '{contentType}', which is not gRPC's"));
        }
    }

    /// <summary>The outcome of a response that has been read to its end; the status may stand in the headers if there was no message.</summary>
    public static CallOutcome ToOutcome(HttpResponseMessage response, string address, bool truncated)
    {
        HttpResponseHeaders source = First(response.TrailingHeaders, HeaderNames.Status) is null && First(response.Headers, HeaderNames.Status) is not null
            ? response.Headers
            : response.TrailingHeaders;
        string? code = First(source, HeaderNames.Status);
        Status status = code is null
            ? StatusMapping.FromHttpStatus(response.StatusCode, $"{address} ended the call without a status")
            : StatusMapping.FromHeaders(code, First(source, HeaderNames.Message), First(source, HeaderNames.StatusDetails));
        if (truncated && (status.Code == StatusCode.OK || code is null))
        {
            status = new Status(StatusCode.Internal, $"{address} ended the call in the middle of a message");
        }

        return new CallOutcome(status, ToMetadata(source));
    }

    public static Metadata ToMetadata(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            foreach (string value in values)
            {
                MetadataHeaders.Append(metadata, name, value);
            }
        }

        return metadata;
    }

    private static string? First(HttpResponseHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out HeaderStringValues values))
        {
            return null;
        }

        foreach (string value in values)
        {
            return value;
        }

        return null;
    }
}
