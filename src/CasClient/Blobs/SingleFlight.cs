using System.Collections.Concurrent;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>
/// One piece of work for all who ask for the same digest at the same time. A waiter that is cancelled leaves the others
/// alone; when the last one leaves, the work is cancelled and its result disposed. Lock: each flight's own, never held
/// across the work.
/// </summary>
internal sealed class SingleFlight<T>(Func<Digest, CancellationToken, Task<T>> work)
{
    private readonly ConcurrentDictionary<Digest, Flight> _flights = new();

    /// <summary>Waits for the work on <paramref name="digest"/>, begun now unless it is under way, and takes from its
    /// result what this waiter needs; the result is valid during <paramref name="take"/>.</summary>
    public async Task<TTaken> JoinAsync<TTaken>(Digest digest, Func<T, TTaken> take, CancellationToken cancellationToken)
    {
        Flight flight = Board(digest);
        try
        {
            return take(await flight.Result.WaitAsync(cancellationToken));
        }
        finally
        {
            if (flight.Leave())
            {
                _flights.TryRemove(KeyValuePair.Create(digest, flight));
                await flight.EndAsync();
            }
        }
    }

    private Flight Board(Digest digest)
    {
        while (true)
        {
            Flight flight = _flights.GetOrAdd(digest, static _ => new Flight());
            if (flight.TryBoard(work, digest))
            {
                return flight;
            }

            _flights.TryRemove(KeyValuePair.Create(digest, flight));
        }
    }

    private sealed class Flight : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _cancellation = new();
        private int _waiters;
        private bool _ended;
        private Task<T>? _result;

        public Task<T> Result => _result!;

        public bool TryBoard(Func<Digest, CancellationToken, Task<T>> work, Digest digest)
        {
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                _waiters++;

                // Off the caller's thread: it may be one that must not block, and the work reads files.
                _result ??= Task.Run(() => work(digest, _cancellation.Token));
                return true;
            }
        }

        public bool Leave()
        {
            lock (_gate)
            {
                _ended = --_waiters == 0;
                return _ended;
            }
        }

        /// <summary>With nobody left: disposes the result, now or, after a cancellation, whenever the work notices.</summary>
        public async Task EndAsync()
        {
            if (!Result.IsCompleted)
            {
                await _cancellation.CancelAsync();
            }

            _ = Result.ContinueWith(_ => Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _cancellation.Dispose();
            if (Result.IsCompletedSuccessfully)
            {
                (Result.Result as IDisposable)?.Dispose();
            }
            else
            {
                // Whoever waited was told; with nobody left the failure is nobody's concern.
                _ = Result.Exception;
            }
        }
    }
}
