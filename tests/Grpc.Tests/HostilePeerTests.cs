using VirtualRoot.Testing.Peers;

namespace VirtualRoot.Grpc.Tests;

/// <summary>Our client against a server that breaks the rules.</summary>
public sealed class HostilePeerTests
{
    private static readonly (string, string) s_ok = ("grpc-status", "0");

    [Fact]
    public async Task Call_TwoGibibyteLengthPrefix_ResourceExhaustedWithoutAllocating()
    {
        byte[] body = [0, 0x80, 0, 0, 0, 1, 2, 3];
        await using var peer = new RawPeer((peer, stream) => peer.RespondAsync(stream, body, s_ok));
        await using GrpcChannel channel = GrpcChannel.ForAddress(peer.Address);
        await FailAsync(channel); // warm: the second call's allocations are the call's own
        long before = GC.GetTotalAllocatedBytes(precise: true);
        RpcException exception = await FailAsync(channel);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Contains("2147483648", exception.Message, StringComparison.Ordinal);

        // Other tests run in this process meanwhile; one buffer of 2 GiB would still show.
        Assert.InRange(allocated, 0, 1 << 30);
    }

    [Theory]
    [InlineData(1, "compressed")]
    [InlineData(2, "invalid flag 2")]
    [InlineData(255, "invalid flag 255")]
    public async Task Call_FlagSetWithoutNegotiation_Internal(byte flag, string expected)
    {
        RpcException exception = await FailAsync((peer, stream) => peer.RespondAsync(stream, [flag, 0, 0, 0, 1, 9], s_ok));
        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(14)]
    public async Task Call_MessageTruncatedByTheEnd_Internal(int length)
    {
        byte[] message = [0, 0, 0, 0, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        RpcException exception = await FailAsync((peer, stream) => peer.RespondAsync(stream, message[..length], s_ok));
        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains("in the middle of a message", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_TruncatedWithAnErrorStatus_ThatStatus()
    {
        RpcException exception = await FailAsync((peer, stream) => peer.RespondAsync(stream, [0, 0, 0], ("grpc-status", "15")));
        Assert.Equal(StatusCode.DataLoss, exception.StatusCode);
    }

    [Theory]
    [InlineData(new byte[0], "without the response message")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "more than one response message")]
    public async Task Call_WrongNumberOfMessages_Internal(byte[] body, string expected)
    {
        RpcException exception = await FailAsync((peer, stream) => peer.RespondAsync(stream, body, s_ok));
        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("400", StatusCode.Internal)]
    [InlineData("401", StatusCode.Unauthenticated)]
    [InlineData("403", StatusCode.PermissionDenied)]
    [InlineData("404", StatusCode.Unimplemented)]
    [InlineData("429", StatusCode.Unavailable)]
    [InlineData("500", StatusCode.Unknown)]
    [InlineData("502", StatusCode.Unavailable)]
    [InlineData("503", StatusCode.Unavailable)]
    [InlineData("504", StatusCode.Unavailable)]
    [InlineData("302", StatusCode.Unknown)]
    public async Task Call_HttpErrorWithoutStatus_MappedByHttpStatus(string http, StatusCode expected)
    {
        RpcException exception = await FailAsync((peer, stream) =>
            peer.HeadersAsync(stream, true, (":status", http), ("content-type", "text/html")));
        Assert.Equal(expected, exception.StatusCode);
    }

    [Fact]
    public async Task Call_OtherContentType_Unknown()
    {
        RpcException exception = await FailAsync((peer, stream) =>
            peer.HeadersAsync(stream, true, (":status", "200"), ("content-type", "application/grpc-web")));
        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.Contains("application/grpc-web", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    public async Task Call_NoSuchStatusCode_Unknown(string code)
    {
        RpcException exception = await FailAsync((peer, stream) => peer.RespondAsync(stream, [0, 0, 0, 0, 0], ("grpc-status", code)));
        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
    }

    [Fact]
    public async Task Call_TrailersWithoutStatus_Unknown()
    {
        RpcException exception = await FailAsync((peer, stream) => peer.RespondAsync(stream, [0, 0, 0, 0, 0], ("x-other", "1")));
        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.Contains("without a status", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AQI")]
    [InlineData("AQI=")]
    public async Task Call_TrailersOnlyWithDetails_PaddedOrNot_AllRead(string details)
    {
        RpcException exception = await FailAsync((peer, stream) => peer.HeadersAsync(
            stream, true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "9"),
            ("grpc-message", "a%20b%zz%E2%82%AC%"), ("grpc-status-details-bin", details), ("x-more", "m")));
        Assert.Equal(StatusCode.FailedPrecondition, exception.StatusCode);
        Assert.Equal("a b%zz€%", exception.Status.Detail);
        Assert.Equal([1, 2], exception.Status.DetailsBin.ToArray());
        Assert.Equal("m", exception.Trailers.GetValue("x-more"));
    }

    [Fact]
    public async Task Call_DetailsThatAreNoBase64_StatusSurvives()
    {
        RpcException exception = await FailAsync((peer, stream) => peer.HeadersAsync(
            stream, true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-status-details-bin", "***"), ("x-bad-bin", "!")));
        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
        Assert.True(exception.Status.DetailsBin.IsEmpty);
        Assert.Empty(exception.Trailers);
    }

    [Theory]
    [InlineData(0x0, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x3, StatusCode.Internal)]
    [InlineData(0x4, StatusCode.Internal)]
    [InlineData(0x6, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0x9, StatusCode.Internal)]
    [InlineData(0xa, StatusCode.Internal)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public async Task Call_StreamReset_MappedByErrorCode(uint errorCode, StatusCode expected)
    {
        RpcException before = await FailAsync((peer, stream) => peer.ResetAsync(stream, errorCode));
        Assert.Equal(expected, before.StatusCode);
        RpcException after = await FailAsync(async (peer, stream) =>
        {
            await peer.HeadersAsync(stream, false, (":status", "200"), ("content-type", "application/grpc"));
            await peer.FrameAsync(RawPeer.Data, 0, stream, [0, 0, 0, 0, 9, 1]);
            await peer.ResetAsync(stream, errorCode);
        });
        Assert.Equal(expected, after.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ConnectionReset_UnavailableAndTheNextCallReconnects(bool inTheMiddle)
    {
        int calls = 0;
        await using var peer = new RawPeer(async (peer, stream) =>
        {
            if (Interlocked.Increment(ref calls) > 1)
            {
                await peer.RespondAsync(stream, [0, 0, 0, 0, 1, 42], s_ok);
                return;
            }

            if (inTheMiddle)
            {
                await peer.HeadersAsync(stream, false, (":status", "200"), ("content-type", "application/grpc"));
                await peer.FrameAsync(RawPeer.Data, 0, stream, [0, 0, 0, 0, 9, 1]);
            }

            peer.Drop();
        });
        await using GrpcChannel channel = GrpcChannel.ForAddress(peer.Address);
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(channel)).StatusCode);
        Assert.Equal([42], await channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: TimeSpan.FromSeconds(60))));
        Assert.Equal(2, peer.Connections);
    }

    [Theory]
    [InlineData(0x0, StatusCode.Unavailable)]
    [InlineData(0x2, StatusCode.Unavailable)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    public async Task Call_GoAwayThenClosed_ConnectionFailureNotReset(byte errorCode, StatusCode expected)
    {
        RpcException exception = await FailAsync(async (peer, stream) =>
        {
            await peer.FrameAsync(RawPeer.GoAway, 0, 0, [0, 0, 0, (byte)stream, 0, 0, 0, errorCode]);
            peer.Drop();
        });
        Assert.Equal(expected, exception.StatusCode);
    }

    [Fact]
    public async Task Call_GarbageInsteadOfHttp2_FailsSoon()
    {
        RpcException exception = await FailAsync((peer, _) => peer.FrameAsync(0x41, 0x41, 0x41414141, new byte[20000]));
        Assert.True(exception.StatusCode is StatusCode.Unavailable or StatusCode.Internal, exception.Message);
    }

    [Fact]
    public async Task Call_ServerNeverAnswersPings_UnavailableByKeepAlive()
    {
        await using var peer = new RawPeer((_, _) => Task.CompletedTask, answerPings: false);
        await using GrpcChannel channel = GrpcChannel.ForAddress(
            peer.Address, new GrpcChannelOptions { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) });
        RpcException exception = await FailAsync(channel);
        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.True(peer.PingsReceived > 0);
    }

    [Fact]
    public async Task Call_ServerAnswersPingsOnly_StaysOpenUntilItsDeadline()
    {
        await using var peer = new RawPeer((_, _) => Task.CompletedTask);
        await using GrpcChannel channel = GrpcChannel.ForAddress(
            peer.Address, new GrpcChannelOptions { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(60) });
        RpcException exception = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: TimeSpan.FromSeconds(6))));
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.True(peer.PingsReceived > 0);
    }

    private static async Task<RpcException> FailAsync(Func<RawPeer, int, Task> answer)
    {
        await using var peer = new RawPeer(answer);
        await using GrpcChannel channel = GrpcChannel.ForAddress(peer.Address);
        return await FailAsync(channel);
    }

    private static Task<RpcException> FailAsync(GrpcChannel channel) => Assert.ThrowsAsync<RpcException>(
        () => channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: TimeSpan.FromSeconds(60))));
}
