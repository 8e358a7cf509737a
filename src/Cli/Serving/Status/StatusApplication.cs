using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>The four things that the status listener has: the page, its figures, the metrics and the health.</summary>
internal sealed class StatusApplication(WorkerStatus status, WorkerMetrics metrics, ILogger logger) : IHttpApplication<HttpContext>
{
    private const string PlainText = "text/plain; charset=utf-8";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing but Kestrel's own features, which it reuses.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return;
        }

        try
        {
            (int code, string type, ReadOnlyMemory<byte> body) = await AnswerAsync(context);
            HttpResponse response = context.Response;
            response.StatusCode = code;
            response.ContentType = type;
            response.ContentLength = body.Length;
            response.Headers.CacheControl = "no-store";
            response.Headers.XContentTypeOptions = "nosniff";
            if (HttpMethods.IsGet(context.Request.Method))
            {
                await response.Body.WriteAsync(body, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
        catch (Exception exception)
        {
            logger.StatusFailed(context.Request.Path.Value ?? string.Empty, exception);
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    private static (int Code, string Type, ReadOnlyMemory<byte> Body) Text(int code, string text) => (code, PlainText, System.Text.Encoding.UTF8.GetBytes(text + "\n"));

    private async Task<(int Code, string Type, ReadOnlyMemory<byte> Body)> AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/":
                context.Response.Headers.ContentSecurityPolicy = StatusPage.ContentSecurityPolicy;
                context.Response.Headers["Referrer-Policy"] = "no-referrer";
                return (StatusCodes.Status200OK, "text/html; charset=utf-8", StatusPage.Html);
            case "/status.json":
                return (StatusCodes.Status200OK, "application/json", StatusJson.Of(status));
            case "/metrics":
                return (StatusCodes.Status200OK, WorkerMetrics.ContentType, await metrics.ExportAsync(status, context.RequestAborted));
            case "/healthz" or "/-/healthy":
                return status.Health switch
                {
                    WorkerHealth.Serving => Text(StatusCodes.Status200OK, "serving"),
                    WorkerHealth.Draining => Text(StatusCodes.Status503ServiceUnavailable, "draining: no more actions are taken"),
                    _ => Text(StatusCodes.Status503ServiceUnavailable, $"{status.Directory} is not mounted any more: no action can run"),
                };
            default:
                return Text(StatusCodes.Status404NotFound, "here are /, /status.json, /metrics and /healthz");
        }
    }
}
