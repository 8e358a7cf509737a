using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Server;

/// <summary>Writes the status that ends a call.</summary>
internal static class ServerStatus
{
    /// <summary>Into the trailers, or into the headers where nothing has been sent (a trailers-only response).</summary>
    public static void Write(HttpResponse response, Status status, Metadata trailers)
    {
        IHeaderDictionary target = response.Headers;
        if (response.HasStarted)
        {
            target = response.HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }
        else
        {
            response.ContentType = HeaderNames.ContentType;
        }

        target[HeaderNames.Status] = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            target[HeaderNames.Message] = PercentEncoding.Encode(status.Detail);
        }

        if (!status.DetailsBin.IsEmpty)
        {
            target[HeaderNames.StatusDetails] = Convert.ToBase64String(status.DetailsBin.Span).TrimEnd('=');
        }

        foreach (MetadataEntry entry in trailers)
        {
            target.Append(entry.Key, entry.WireValue);
        }
    }
}
