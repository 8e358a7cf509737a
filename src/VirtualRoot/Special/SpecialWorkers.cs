using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using VirtualRoot.Linux;

namespace VirtualRoot.Special;

/// <summary>
/// The threads that touch the daemon's own /proc, apart from FUSE readers and from READ and WRITE of the tree: a process
/// that is frozen inside one of our FUSE operations can freeze a read of its /proc entry, and that read must then hold
/// nothing but its own thread. A thread that does not come back soon is taken for stuck and replaced, up to a bound; it joins
/// again when the kernel lets it go. What else would wait for the same process waits in line, without a thread. Whoever
/// is past the deadline is answered, wherever it waits.
/// </summary>
public sealed class SpecialWorkers : IDisposable
{
    private readonly object _gate = new();
    private readonly SpecialWorkersOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly SpecialQueue _queue;
    private readonly List<Worker> _workers = [];
    private readonly ITimer _watch;
    private bool _watching;
    private bool _stopped;
    private int _idle;
    private int _stuck;
    private int _number;

    /// <summary>A pool that starts its threads when they are needed.</summary>
    public SpecialWorkers(ILogger logger, SpecialWorkersOptions? options = null, TimeProvider? clock = null)
    {
        _options = options ?? new SpecialWorkersOptions();
        _options.Validate();
        _queue = new SpecialQueue(_options.ThreadsOfARoot);
        _logger = logger;
        _clock = clock ?? TimeProvider.System;
        _watch = _clock.CreateTimer(static state => ((SpecialWorkers)state!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Threads that have not come back for longer than <see cref="SpecialWorkersOptions.Patience"/>.</summary>
    public int Stuck
    {
        get
        {
            lock (_gate)
            {
                return _stuck;
            }
        }
    }

    /// <summary>Queues <paramref name="work"/>.</summary>
    /// <returns>Success, or EAGAIN when the queue is full or the pool is disposed: then the work was not taken, and its
    /// caller is to be answered.</returns>
    public Errno TryRun(SpecialWork work)
    {
        lock (_gate)
        {
            if (_stopped || _queue.Count >= _options.QueueLength)
            {
                SpecialLog.QueueFull(_logger, _queue.Count, _stuck);
                return Errno.EAGAIN;
            }

            work.Deadline = _clock.GetTimestamp() + (long)(_options.Deadline.TotalSeconds * _clock.TimestampFrequency);
            _queue.Add(work);
            if (_idle > 0)
            {
                Monitor.Pulse(_gate);
            }

            if (_queue.Ready > _idle)
            {
                StartThreadIfAllowed();
            }

            if (!_watching)
            {
                _watching = true;
                _watch.Change(_options.Patience, _options.Patience);
            }

            return Errno.Success;
        }
    }

    /// <summary>Ends the idle threads, and the busy ones after what they run. What waits is answered EIO.</summary>
    public void Dispose()
    {
        SpecialWork[] waiting;
        lock (_gate)
        {
            _stopped = true;
            waiting = _queue.TakeAll();
            Monitor.PulseAll(_gate);
        }

        _watch.Dispose();
        foreach (SpecialWork work in waiting)
        {
            if (work.TryClaim())
            {
                work.Fail(Errno.EIO);
            }
        }
    }

    /// <summary>Under the gate: one more thread, if fewer than wanted can run and the bound on all is not reached.</summary>
    private void StartThreadIfAllowed()
    {
        if (_workers.Count - _stuck >= _options.Threads || _workers.Count >= _options.MaxThreads)
        {
            return;
        }

        Worker worker = new();
        _workers.Add(worker);
        new Thread(() => Loop(worker)) { IsBackground = true, Name = $"special-{_number++}" }.Start();
    }

    private void Loop(Worker worker)
    {
        while (TryTake(worker, out SpecialWork? work))
        {
            if (work.IsClaimed)
            {
                continue;
            }

            Execute(work);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The place where an exception of a special node becomes an errno.")]
    private void Execute(SpecialWork work)
    {
        try
        {
            work.Run();
        }
        catch (Exception exception)
        {
            SpecialLog.OperationFailed(_logger, exception);
            if (work.TryClaim())
            {
                work.Fail(Errno.EIO);
            }
        }
    }

    private bool TryTake(Worker worker, [NotNullWhen(true)] out SpecialWork? work)
    {
        lock (_gate)
        {
            if (worker.Current is { } ended)
            {
                worker.Current = null;
                _queue.End(ended);
                if (_idle > 0 && _queue.Ready > 0)
                {
                    Monitor.Pulse(_gate); // this thread may be one too many, and go
                }
            }

            if (worker.IsStuck)
            {
                worker.IsStuck = false;
                _stuck--;
            }

            while (!_stopped && _workers.Count - _stuck <= _options.Threads)
            {
                if (_queue.TryTake(out work))
                {
                    worker.Current = work;
                    worker.Since = _clock.GetTimestamp();
                    return true;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            _workers.Remove(worker);
            work = null;
            return false;
        }
    }

    private void Watch()
    {
        List<SpecialWork> late = [];
        lock (_gate)
        {
            long now = _clock.GetTimestamp();
            long stuckSince = now - (long)(_options.Patience.TotalSeconds * _clock.TimestampFrequency);
            bool busy = _queue.Count != 0;
            foreach (Worker worker in _workers)
            {
                if (worker.Current is not { } work)
                {
                    continue;
                }

                busy = true;
                if (!worker.IsStuck && worker.Since <= stuckSince)
                {
                    worker.IsStuck = true;
                    _stuck++;
                }

                if (!work.IsClaimed && work.Deadline <= now)
                {
                    late.Add(work);
                }
            }

            _queue.TakeLate(now, late);
            for (int waiting = _queue.Ready; waiting > 0; waiting--)
            {
                StartThreadIfAllowed();
            }

            if (!busy && !_stopped)
            {
                _watching = false;
                _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (SpecialWork work in late)
        {
            if (work.TryClaim())
            {
                SpecialLog.DeadlinePassed(_logger, _options.Deadline.TotalSeconds);
                work.Fail(Errno.ETIMEDOUT);
            }
        }
    }

    private sealed class Worker
    {
        public SpecialWork? Current;
        public long Since;
        public bool IsStuck;
    }
}
