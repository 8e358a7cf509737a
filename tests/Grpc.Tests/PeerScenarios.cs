using System.Diagnostics;
using System.Text;

namespace VirtualRoot.Grpc.Tests;

/// <summary>What a client of ours must see of the test service, whoever serves it. Each public method is one case.</summary>
internal static class PeerScenarios
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static IEnumerable<string> Names => typeof(PeerScenarios)
        .GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.DeclaredOnly)
        .Where(static method => method.Name != nameof(RunAsync) && method.ReturnType == typeof(Task))
        .Select(static method => method.Name);

    public static async Task RunAsync(string name, string address, GrpcChannelOptions? options = null)
    {
        await using GrpcChannel channel = GrpcChannel.ForAddress(address, options);
        await ((Task)typeof(PeerScenarios).GetMethod(name)!.Invoke(null, [channel])!).WaitAsync(s_patience);
    }

    public static async Task Unary_Success_EchoesRequest(GrpcChannel channel)
    {
        byte[] response = await channel.UnaryAsync(TestMethods.Unary, "hello"u8.ToArray(), Limited());
        Assert.Equal("hello"u8.ToArray(), response);
    }

    public static async Task Unary_EmptyMessage_EchoesIt(GrpcChannel channel) =>
        Assert.Empty(await channel.UnaryAsync(TestMethods.Unary, [], Limited()));

    public static async Task Unary_Metadata_ComesBackInHeadersAndTrailers(GrpcChannel channel)
    {
        byte[] binary = [0, 1, 2, 0xff, 0xfe];
        var headers = new Metadata { { "x-do", "metadata" }, { "x-echo", "one" }, { "x-echo", "two, with comma" }, { "x-echo-bin", binary } };
        using AsyncUnaryCall<byte[]> call = channel.AsyncUnaryCall(TestMethods.Unary, "m"u8.ToArray(), Limited(headers));
        Metadata received = await call.ResponseHeadersAsync;
        await call;
        foreach (Metadata metadata in new[] { received, call.GetTrailers() })
        {
            // HTTP allows to join the values of one name, and the client's stack does.
            Assert.Equal("one, two, with comma", string.Join(", ", metadata.GetAll("x-echo").Select(static entry => entry.Value)));
            Assert.Equal([binary], metadata.GetAll("x-echo-bin").Select(static entry => entry.ValueBytes.ToArray()));
        }

        Assert.Equal(StatusCode.OK, call.GetStatus().Code);
    }

    public static async Task Unary_Failure_CarriesCodeMessageDetailsAndTrailers(GrpcChannel channel)
    {
        const string message = "blob 100% fehlt: Größe – 日本語 \U0001F512\nline two";
        byte[] details = [8, 9, 18, 2, 104, 105];
        Metadata headers = Failing(StatusCode.FailedPrecondition, message, details);
        headers.Add("x-echo", "trailer");
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(TestMethods.Unary, [1], Limited(headers)));
        Assert.Equal(StatusCode.FailedPrecondition, exception.StatusCode);
        Assert.Equal(message, exception.Status.Detail);
        Assert.Equal(details, exception.Status.DetailsBin.ToArray());
        Assert.Equal("trailer", exception.Trailers.GetValue("x-echo"));
    }

    public static async Task Unary_EveryErrorCode_ArrivesAsItself(GrpcChannel channel)
    {
        for (var code = StatusCode.Cancelled; code <= StatusCode.Unauthenticated; code++)
        {
            RpcException exception = await Assert.ThrowsAsync<RpcException>(
                () => channel.UnaryAsync(TestMethods.Unary, [1], Limited(Failing(code, $"code {code}", []))));
            Assert.Equal(code, exception.StatusCode);
        }
    }

    public static async Task Unary_UnknownMethod_Unimplemented(GrpcChannel channel)
    {
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(TestMethods.Unknown, [1], Limited()));
        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
    }

    public static async Task Unary_Deadline_DeadlineExceededSoon(GrpcChannel channel)
    {
        var clock = Stopwatch.StartNew();
        var options = new CallOptions(new Metadata { { "x-do", "sleep" } }, TimeSpan.FromMilliseconds(300));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(TestMethods.Unary, [1], options));
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(60));
    }

    public static async Task Unary_Timeout_ReachesTheServer(GrpcChannel channel)
    {
        var options = new CallOptions(new Metadata { { "x-do", "deadline" } }, TimeSpan.FromSeconds(1000));
        string left = Encoding.UTF8.GetString(await channel.UnaryAsync(TestMethods.Unary, [1], options));
        Assert.InRange(double.Parse(left, System.Globalization.CultureInfo.InvariantCulture), 950, 1020);
    }

    public static async Task Unary_CallerCancels_Cancelled(GrpcChannel channel)
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var options = new CallOptions(new Metadata { { "x-do", "sleep" } }, CancellationToken: source.Token);
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(TestMethods.Unary, [1], options));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    public static async Task Unary_BigBothWays_ArrivesWhole(GrpcChannel channel)
    {
        var message = new byte[12_345_678];
        new Random(1).NextBytes(message);
        Assert.Equal(message, await channel.UnaryAsync(TestMethods.Unary, message, Limited()));
    }

    public static async Task ServerStreaming_ManyMessages_ArriveInOrder(GrpcChannel channel)
    {
        using AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(TestMethods.ServerStreaming, "200 1000"u8.ToArray(), Limited());
        int count = 0;
        await foreach (byte[] message in call.ResponseStream.ReadAllAsync())
        {
            Assert.Equal(1000, message.Length);
            Assert.Equal((byte)count++, message[999]);
        }

        Assert.Equal(200, count);
        Assert.Equal(StatusCode.OK, call.GetStatus().Code);
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    public static async Task ServerStreaming_NoMessage_EndsWell(GrpcChannel channel)
    {
        using AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(TestMethods.ServerStreaming, "0 0"u8.ToArray(), Limited());
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().Code);
    }

    public static async Task ServerStreaming_ChunksOverTheWindow_ArriveWhole(GrpcChannel channel)
    {
        using AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(TestMethods.ServerStreaming, "40 1048576"u8.ToArray(), Limited());
        long total = 0;
        await foreach (byte[] message in call.ResponseStream.ReadAllAsync())
        {
            total += message.Length;
        }

        Assert.Equal(40 * 1048576L, total);
    }

    public static async Task ServerStreaming_FailureAfterMessages_MessagesThenStatus(GrpcChannel channel)
    {
        Metadata headers = Failing(StatusCode.DataLoss, "half a blob", [1, 2, 3]);
        using AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(TestMethods.ServerStreaming, "3 10"u8.ToArray(), Limited(headers));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(default));
        }

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.DataLoss, exception.StatusCode);
        Assert.Equal([1, 2, 3], exception.Status.DetailsBin.ToArray());
        Assert.Equal(StatusCode.DataLoss, call.GetStatus().Code);
    }

    public static async Task ServerStreaming_DisposedInTheMiddle_ReadsCancelled(GrpcChannel channel)
    {
        AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(
            TestMethods.ServerStreaming, "1 10"u8.ToArray(), Limited(new Metadata { { "x-do", "sleep" } }));
        Assert.True(await call.ResponseStream.MoveNext(default));
        Task<bool> pending = call.ResponseStream.MoveNext(default);
        call.Dispose();
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => pending);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().Code);
    }

    public static async Task ServerStreaming_Deadline_EndsTheStream(GrpcChannel channel)
    {
        var options = new CallOptions(new Metadata { { "x-do", "sleep" } }, TimeSpan.FromSeconds(5));
        using AsyncServerStreamingCall<byte[]> call = channel.AsyncServerStreamingCall(TestMethods.ServerStreaming, "2 10"u8.ToArray(), options);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.True(await call.ResponseStream.MoveNext(default));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    public static async Task ClientStreaming_ManyMessages_Counted(GrpcChannel channel)
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = channel.AsyncClientStreamingCall(TestMethods.ClientStreaming, Limited());
        for (int i = 0; i < 300; i++)
        {
            Assert.True(await call.RequestStream.WriteAsync(new byte[i]));
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal("44850", Encoding.UTF8.GetString(await call));
    }

    public static async Task ClientStreaming_ChunksOverTheWindow_Counted(GrpcChannel channel)
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = channel.AsyncClientStreamingCall(TestMethods.ClientStreaming, Limited());
        var chunk = new byte[1 << 20];
        for (int i = 0; i < 40; i++)
        {
            Assert.True(await call.RequestStream.WriteAsync(chunk));
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal("41943040", Encoding.UTF8.GetString(await call));
    }

    public static async Task ClientStreaming_EarlyAnswer_WritesFailSoftlyAndResponseArrives(GrpcChannel channel)
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = channel.AsyncClientStreamingCall(
            TestMethods.ClientStreaming, Limited(new Metadata { { "x-do", "early" } }));
        var chunk = new byte[1 << 20];
        Assert.True(await call.RequestStream.WriteAsync(chunk));
        bool taken = true;
        for (int i = 0; i < 1000 && taken; i++)
        {
            taken = await call.RequestStream.WriteAsync(chunk);
        }

        Assert.False(taken);
        await call.RequestStream.CompleteAsync();
        Assert.Equal("1048576", Encoding.UTF8.GetString(await call));
        Assert.Equal(StatusCode.OK, call.GetStatus().Code);
    }

    public static async Task ClientStreaming_Failure_CarriesStatus(GrpcChannel channel)
    {
        using AsyncClientStreamingCall<byte[], byte[]> call = channel.AsyncClientStreamingCall(
            TestMethods.ClientStreaming, Limited(Failing(StatusCode.ResourceExhausted, "full", [5])));
        await call.RequestStream.WriteAsync([1]);
        await call.RequestStream.CompleteAsync();
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "full"), exception.Status with { DetailsBin = default });
    }

    public static async Task Duplex_PingPong_EachAnsweredBeforeTheNext(GrpcChannel channel)
    {
        using AsyncDuplexStreamingCall<byte[], byte[]> call = channel.AsyncDuplexStreamingCall(TestMethods.Duplex, Limited());
        for (byte i = 0; i < 50; i++)
        {
            Assert.True(await call.RequestStream.WriteAsync([i, i]));
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal([i, i], call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().Code);
    }

    public static async Task Duplex_FailureAtTheEnd_CarriesStatus(GrpcChannel channel)
    {
        using AsyncDuplexStreamingCall<byte[], byte[]> call = channel.AsyncDuplexStreamingCall(
            TestMethods.Duplex, Limited(Failing(StatusCode.Aborted, "again", [])));
        await call.RequestStream.WriteAsync([1]);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(default));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Aborted, exception.StatusCode);
    }

    public static async Task Duplex_CallerCancels_ReadAndWriteEnd(GrpcChannel channel)
    {
        using var source = new CancellationTokenSource();
        using AsyncDuplexStreamingCall<byte[], byte[]> call = channel.AsyncDuplexStreamingCall(TestMethods.Duplex, new CallOptions(CancellationToken: source.Token));
        await call.RequestStream.WriteAsync([1]);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Task<bool> pending = call.ResponseStream.MoveNext(default);
        await source.CancelAsync();
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => pending);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.False(await call.RequestStream.WriteAsync([2]));
    }

    public static async Task Calls_ManyAtOnce_AllSucceed(GrpcChannel channel)
    {
        IEnumerable<Task<byte[]>> calls = Enumerable.Range(0, 500)
            .Select(i => channel.UnaryAsync(TestMethods.Unary, BitConverter.GetBytes(i), Limited()));
        byte[][] responses = await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(0, 500), responses.Select(static response => BitConverter.ToInt32(response)));
    }

    private static CallOptions Limited(Metadata? headers = null) => new(headers, s_patience);

    private static Metadata Failing(StatusCode code, string message, byte[] details)
    {
        var headers = new Metadata
        {
            { "x-do", "fail" },
            { "x-code", ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture) },
            { "x-message-bin", Encoding.UTF8.GetBytes(message) },
        };
        if (details.Length > 0)
        {
            headers.Add("x-details-bin", details);
        }

        return headers;
    }
}
