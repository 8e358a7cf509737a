using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace VirtualRoot.Grpc.Tests;

/// <summary>What the host owes its callers beyond the scenarios that every peer shares.</summary>
public sealed class ServerHostTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("text/plain", "POST", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", "POST", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc", "PUT", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_ThatIsNoGrpc_RefusedByHttpStatus(string contentType, string method, HttpStatusCode expected)
    {
        await using GrpcServerHost host = await StartAsync();
        using HttpResponseMessage response = await SendAsync(host, contentType, method, []);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("application/grpc+proto", "grpc-timeout", "5S", "0")]
    [InlineData("application/grpc;x=y", "grpc-timeout", "5S", "0")]
    [InlineData("application/grpc", "grpc-timeout", "5 s", "13")]
    [InlineData("application/grpc", "grpc-encoding", "gzip", "12")]
    [InlineData("application/grpc", "grpc-encoding", "identity", "0")]
    public async Task Request_WithProtocolHeader_AnsweredAsItSays(string contentType, string name, string value, string expectedStatus)
    {
        await using GrpcServerHost host = await StartAsync();
        using HttpResponseMessage response = await SendAsync(host, contentType, "POST", [0, 0, 0, 0, 0], (name, value));
        Assert.Equal(expectedStatus, await StatusOfAsync(response));
    }

    [Theory]
    [InlineData(new byte[0], "13")]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 1 }, "13")]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 1 }, "13")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 0, 0x80, 0, 0, 0 }, "8")]
    public async Task Request_WithMalformedBody_FailsThatCall(byte[] body, string expectedStatus)
    {
        await using GrpcServerHost host = await StartAsync();
        using HttpResponseMessage response = await SendAsync(host, "application/grpc", "POST", body);
        Assert.Equal(expectedStatus, await StatusOfAsync(response));
    }

    [Fact]
    public async Task Handler_ThatThrows_UnknownWithoutDetailAndLoggedOnce()
    {
        var logger = new ListLogger();
        await using GrpcServerHost host = await StartAsync(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"], Logger = logger });
        await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress);
        RpcException exception = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(new Metadata { { "x-do", "throw" } }, s_patience)));
        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        Exception logged = Assert.Single(logger.Exceptions);
        Assert.Equal("secret of the server", logged.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handler_WhenDeadlinePassesOrClientCancels_ItsTokenFires(bool byDeadline)
    {
        var fired = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using var host = new GrpcServerHost(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"] });
        host.AddUnary(TestMethods.Unary, async (request, context) =>
        {
            using CancellationTokenRegistration registration = context.CancellationToken.Register(fired.SetResult);
            entered.SetResult();
            await fired.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
            return request;
        });
        await host.StartAsync();
        await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress);
        using var source = new CancellationTokenSource();
        var options = new CallOptions(Timeout: byDeadline ? TimeSpan.FromSeconds(5) : null, CancellationToken: source.Token);
        Task<byte[]> call = channel.UnaryAsync(TestMethods.Unary, [1], options);
        await entered.Task.WaitAsync(s_patience);
        if (!byDeadline)
        {
            await source.CancelAsync();
        }

        await fired.Task.WaitAsync(s_patience);
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(byDeadline ? StatusCode.DeadlineExceeded : StatusCode.Cancelled, exception.StatusCode);
    }

    [Fact]
    public async Task Handler_StreamingToAClientThatLeft_IsToldByCancellation()
    {
        var ended = new TaskCompletionSource<Exception>();
        await using var host = new GrpcServerHost(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"] });
        host.AddServerStreaming(TestMethods.ServerStreaming, async (_, responses, _) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new byte[1 << 16]);
                }
            }
            catch (Exception exception)
            {
                ended.SetResult(exception);
                throw;
            }
        });
        await host.StartAsync();
        await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress);
        using (AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(TestMethods.ServerStreaming, []))
        {
            Assert.True(await call.ResponseStream.MoveNext(default));
        }

        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Limits_OnEachSide_ResourceExhausted()
    {
        await using GrpcServerHost host = await StartAsync(new GrpcServerOptions
        {
            Addresses = ["grpc://127.0.0.1:0"],
            MaxReceiveMessageSize = 1000,
            MaxSendMessageSize = 2000,
        });
        foreach ((GrpcChannelOptions limits, byte[] request, string? what) in new (GrpcChannelOptions, byte[], string?)[]
        {
            (new GrpcChannelOptions { MaxSendMessageSize = 100 }, new byte[101], null),
            (new GrpcChannelOptions(), new byte[1001], null),
            (new GrpcChannelOptions(), "2001"u8.ToArray(), "big"),
            (new GrpcChannelOptions { MaxReceiveMessageSize = 100 }, "101"u8.ToArray(), "big"),
        })
        {
            await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress, limits);
            Metadata headers = what is null ? [] : new Metadata { { "x-do", what } };
            RpcException exception = await Assert.ThrowsAsync<RpcException>(
                () => channel.UnaryAsync(TestMethods.Unary, request, new CallOptions(headers, s_patience)));
            Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        }
    }

    [Fact]
    public async Task Host_StoppedInTheMiddleOfAStream_UnavailableAndTheNextHostIsFound()
    {
        GrpcServerHost first = await StartAsync();
        string address = first.BoundAddress;
        await using GrpcChannel channel = GrpcChannel.ForAddress(address);
        using AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(
            TestMethods.ServerStreaming, "1 10"u8.ToArray(), new CallOptions(new Metadata { { "x-do", "sleep" } }, s_patience));
        Assert.True(await call.ResponseStream.MoveNext(default));
        await first.StopAsync(new CancellationToken(canceled: true));
        RpcException broken = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.True(broken.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled, broken.ToString());
        await first.DisposeAsync();

        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: s_patience)));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains($"cannot reach {address}", refused.Message, StringComparison.Ordinal);

        await using GrpcServerHost second = await StartAsync(new GrpcServerOptions { Addresses = [address] });
        Assert.Equal([1], await channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: s_patience)));
    }

    [Fact]
    public async Task Channel_MoreCallsThanStreamsPerConnection_AllAreOpenAtOnce()
    {
        await using GrpcServerHost host = await StartAsync(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"], MaxStreamsPerConnection = 2 });
        await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress);
        List<AsyncDuplexStreamingCall<byte[], byte[]>> calls = [];
        for (byte i = 0; i < 7; i++)
        {
            calls.Add(channel.AsyncDuplexStreamingCall(TestMethods.Duplex, new CallOptions(Timeout: s_patience)));
            Assert.True(await calls[i].RequestStream.WriteAsync([i]));
            Assert.True(await calls[i].ResponseStream.MoveNext(default));
        }

        foreach (AsyncDuplexStreamingCall<byte[], byte[]> call in calls)
        {
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(default));
            call.Dispose();
        }
    }

    [Fact]
    public async Task Metadata_RepeatedBinaryKeyAndChannelHeaders_ArriveInOrder()
    {
        Metadata? received = null;
        await using var host = new GrpcServerHost(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"] });
        host.AddUnary(TestMethods.Unary, (request, context) =>
        {
            received = context.RequestHeaders;
            Assert.StartsWith("ipv4:127.0.0.1:", context.Peer, StringComparison.Ordinal);
            Assert.Equal(TestMethods.Unary.FullName, context.Method);
            return Task.FromResult(request);
        });
        await host.StartAsync();
        await using GrpcChannel channel = GrpcChannel.ForAddress(
            host.BoundAddress, new GrpcChannelOptions { Headers = new Metadata { { "authorization", "Bearer t" }, { "k-bin", new byte[] { 1 } } } });
        var headers = new Metadata { { "k-bin", new byte[] { 2, 3 } }, { "k-bin", new byte[] { 4, 5, 6 } } };
        await channel.UnaryAsync(TestMethods.Unary, [], new CallOptions(headers, s_patience));
        Assert.Equal("Bearer t", received!.GetValue("authorization"));
        Assert.Equal([[1], [2, 3], [4, 5, 6]], received.GetAll("k-bin").Select(static entry => entry.ValueBytes.ToArray()));
        Assert.DoesNotContain(received, static entry => entry.Key is "te" or "content-type" || entry.Key.StartsWith("grpc-", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_WithFaults_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new GrpcServerHost(new GrpcServerOptions { Addresses = [] }));
        Assert.Throws<ArgumentException>(() => new GrpcServerHost(new GrpcServerOptions { Addresses = ["grpcs://127.0.0.1:0"] }));
    }

    private static async Task<GrpcServerHost> StartAsync(GrpcServerOptions? options = null)
    {
        var host = new GrpcServerHost(options ?? new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"] });
        PeerService.AddTo(host);
        await host.StartAsync();
        return host;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        GrpcServerHost host, string contentType, string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), host.BoundAddress.Replace("grpc:", "http:", StringComparison.Ordinal) + TestMethods.Unary.FullName)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
        };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    private static async Task<string> StatusOfAsync(HttpResponseMessage response)
    {
        await response.Content.ReadAsByteArrayAsync();
        HttpResponseHeaders source = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        return source.GetValues("grpc-status").Single();
    }

    private sealed class ListLogger : ILogger
    {
        public List<Exception> Exceptions { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Exceptions.Add(exception!);
    }
}
