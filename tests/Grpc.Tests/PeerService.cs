using System.Globalization;
using System.Text;

namespace VirtualRoot.Grpc.Tests;

/// <summary>
/// The test service on our host; Peers/server.py is the same service on grpcio. The header x-do chooses what a call does:
/// fail, metadata, sleep, big, early; without it requests are echoed.
/// </summary>
internal static class PeerService
{
    public static void AddTo(GrpcServerHost host)
    {
        host.AddUnary(TestMethods.Unary, UnaryAsync);
        host.AddServerStreaming(TestMethods.ServerStreaming, ServerStreamingAsync);
        host.AddClientStreaming(TestMethods.ClientStreaming, ClientStreamingAsync);
        host.AddDuplexStreaming(TestMethods.Duplex, DuplexAsync);
    }

    private static async Task<byte[]> UnaryAsync(byte[] request, ServerCallContext context)
    {
        switch (context.RequestHeaders.GetValue("x-do"))
        {
            case "fail":
                Fail(context);
                break;
            case "metadata":
                var headers = new Metadata();
                CopyEcho(context.RequestHeaders, headers);
                await context.WriteResponseHeadersAsync(headers);
                CopyEcho(context.RequestHeaders, context.ResponseTrailers);
                break;
            case "sleep":
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
            case "deadline":
                string left = context.Deadline is { } deadline ? $"{(deadline - DateTimeOffset.UtcNow).TotalSeconds:F1}" : "none";
                return Encoding.UTF8.GetBytes(left);
            case "big":
                return new byte[int.Parse(Encoding.UTF8.GetString(request), CultureInfo.InvariantCulture)];
            case "throw":
                throw new InvalidOperationException("secret of the server");
        }

        return request;
    }

    /// <summary>The request is "count size": that many messages of that size. x-do: fail fails after them, sleep never ends.</summary>
    private static async Task ServerStreamingAsync(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        string[] words = Encoding.UTF8.GetString(request).Split(' ');
        int count = int.Parse(words[0], CultureInfo.InvariantCulture);
        int size = int.Parse(words[1], CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            var message = new byte[size];
            Array.Fill(message, (byte)i);
            await responses.WriteAsync(message);
        }

        switch (context.RequestHeaders.GetValue("x-do"))
        {
            case "fail":
                Fail(context);
                break;
            case "sleep":
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
        }
    }

    /// <summary>Answers the total length; x-do: early after the first message.</summary>
    private static async Task<byte[]> ClientStreamingAsync(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        string? what = context.RequestHeaders.GetValue("x-do");
        long total = 0;
        while (await requests.MoveNext(context.CancellationToken))
        {
            total += requests.Current.Length;
            if (what == "early")
            {
                break;
            }
        }

        if (what == "fail")
        {
            Fail(context);
        }

        return Encoding.UTF8.GetBytes(total.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task DuplexAsync(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        await foreach (byte[] request in requests.ReadAllAsync(context.CancellationToken))
        {
            await responses.WriteAsync(request, context.CancellationToken);
        }

        if (context.RequestHeaders.GetValue("x-do") == "fail")
        {
            Fail(context);
        }
    }

    private static void Fail(ServerCallContext context)
    {
        var code = (StatusCode)int.Parse(context.RequestHeaders.GetValue("x-code")!, CultureInfo.InvariantCulture);
        string message = Encoding.UTF8.GetString(context.RequestHeaders.GetValueBytes("x-message-bin")!.Value.Span);
        var trailers = new Metadata();
        CopyEcho(context.RequestHeaders, trailers);
        throw new RpcException(new Status(code, message, context.RequestHeaders.GetValueBytes("x-details-bin") ?? default), trailers);
    }

    private static void CopyEcho(Metadata from, Metadata to)
    {
        foreach (MetadataEntry entry in from.Where(static entry => entry.Key.StartsWith("x-echo", StringComparison.Ordinal)))
        {
            if (entry.IsBinary)
            {
                to.Add(entry.Key, entry.ValueBytes);
            }
            else
            {
                to.Add(entry.Key, entry.Value);
            }
        }
    }
}
