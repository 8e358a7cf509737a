using Polly;
using Polly.Retry;

namespace VirtualRoot.CasClient.Remote;

/// <summary>
/// Exponential backoff with jitter for failures that may pass, until nothing has moved for the deadline. What has been
/// transferred counts as progress, so that a large blob on a slow line is not given up.
/// </summary>
internal sealed class RetryPolicy
{
    // A quota that is exhausted recovers within some pauses, or the message is beyond a limit and never will.
    private const int FewAttempts = 3;

    private readonly ResiliencePipeline _pipeline;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _time;
    private readonly Action _onRetry;

    public RetryPolicy(CasEndpointOptions options, Action onRetry)
    {
        _deadline = options.RetryDeadline;
        _time = options.Time;
        _onRetry = onRetry;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is RetryableException),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
            })
            .Build();
    }

    /// <summary>Calls <paramref name="attempt"/> until it succeeds; <paramref name="progress"/> answers a number that
    /// differs once something has moved.</summary>
    public async Task<T> ExecuteAsync<T>(Func<CancellationToken, Task<T>> attempt, Func<long>? progress, CancellationToken cancellationToken)
    {
        long begin = _time.GetTimestamp();
        long reached = progress?.Invoke() ?? 0;
        int few = 0;
        return await _pipeline.ExecuteAsync(Attempt, cancellationToken);

        async ValueTask<T> Attempt(CancellationToken token)
        {
            try
            {
                return await attempt(token);
            }
            catch (CasException exception) when (RpcFailure.RetryScopeOf(exception) is var scope and not RetryScope.Never)
            {
                long now = progress?.Invoke() ?? 0;
                if (now != reached)
                {
                    (reached, begin, few) = (now, _time.GetTimestamp(), 0);
                }

                few += scope == RetryScope.FewTimes ? 1 : 0;
                if (few >= FewAttempts || _time.GetElapsedTime(begin) >= _deadline)
                {
                    throw;
                }

                _onRetry();
                throw new RetryableException(exception);
            }
        }
    }
}
