using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Tests.Remote;

public sealed class RetryPolicyTests
{
    private readonly JumpingTime _time = new();
    private int _retries;

    [Fact]
    public async Task Execute_ServerAway_BacksOffExponentiallyUntilTheDeadline()
    {
        CasException exception = await Assert.ThrowsAsync<CasException>(() => RunAsync(_ => throw Failure(StatusCode.Unavailable), null));
        Assert.Equal(CasErrorKind.Unavailable, exception.Kind);

        // About 0.1 + 0.2 + 0.4 … s, jittered, at most 5 s each: within a minute some 15 attempts, never hundreds.
        Assert.InRange(_retries, 8, 60);
        Assert.InRange(_time.Passed.TotalSeconds, 60, 70);
        Assert.All(_time.Delays, delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Execute_ProgressBeforeEachFailure_GoesOnBeyondTheDeadline()
    {
        int attempts = 0;
        await RunAsync(_ => ++attempts < 200 ? throw Failure(StatusCode.Unavailable) : Task.FromResult(true), () => attempts);
        Assert.Equal(199, _retries);
        Assert.True(_time.Passed > TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, 2)]
    [InlineData(StatusCode.Internal, 2)]
    [InlineData(StatusCode.NotFound, 0)]
    [InlineData(StatusCode.InvalidArgument, 0)]
    [InlineData(StatusCode.Unauthenticated, 0)]
    [InlineData(StatusCode.DataLoss, 0)]
    public async Task Execute_FailureThatWillNotPass_IsToldSoon(StatusCode code, int retries)
    {
        await Assert.ThrowsAsync<CasException>(() => RunAsync(_ => throw Failure(code), null));
        Assert.Equal(retries, _retries);
    }

    [Fact]
    public async Task Execute_Cancelled_EndsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
            _ =>
            {
                cancellation.Cancel();
                throw Failure(StatusCode.Unavailable);
            },
            null,
            cancellation.Token));
    }

    private Task<bool> RunAsync(Func<CancellationToken, Task<bool>> attempt, Func<long>? progress, CancellationToken cancellationToken = default)
    {
        var options = new CasEndpointOptions { Address = "grpc://h:1", Time = _time, RetryDeadline = TimeSpan.FromMinutes(1) };
        return new RetryPolicy(options, () => _retries++).ExecuteAsync(attempt, progress, cancellationToken);
    }

    private static CasException Failure(StatusCode code) => RpcFailure.ToCasException(new RpcException(code, "told"), "server", "blob", default(Digest));
}
