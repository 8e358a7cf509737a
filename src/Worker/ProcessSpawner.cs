using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>
/// The one thread that starts processes and waits for them. PR_SET_PDEATHSIG of a child tells the end of the
/// *thread* that spawned it, so this thread lives as long as the daemon, and nothing else spawns.
/// It sleeps in one poll over an eventfd and, for each action, the status pipe and the pidfd of its
/// vroot-init: no thread waits for one action.
/// </summary>
public sealed class ProcessSpawner : IDisposable
{
    // vroot-init kills its processes within milliseconds; one that needs longer is stuck and is killed itself.
    private const int StopMilliseconds = 5000;

    private static readonly ulong s_one = 1;

    private readonly ConcurrentQueue<(ActionOptions Options, string InitPath, TaskCompletionSource<SpawnAttempt> Done)> _requests = new();
    private readonly List<SpawnedInit> _running = [];
    private readonly SafeFileHandle _wakeUps;
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <exception cref="IOException">No eventfd is to be had.</exception>
    public ProcessSpawner()
    {
        int result = Syscall.EventFd();
        if (result < 0)
        {
            throw new IOException($"eventfd: {Marshal.GetPInvokeErrorMessage(-result)} ({(Errno)(-result)})");
        }

        _wakeUps = new SafeFileHandle(result, ownsHandle: true);
        _thread = new Thread(Run) { IsBackground = true, Name = "vroot spawner" };
        _thread.Start();
    }

    /// <summary>Kills every action that still runs, waits for the end of all of them, and ends the thread.</summary>
    public void Dispose()
    {
        if (!_stopping)
        {
            _stopping = true;
            Wake();
            _thread.Join();
            _wakeUps.Dispose();
        }
    }

    internal Task<SpawnAttempt> SpawnAsync(ActionOptions options, string initPath)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        var done = new TaskCompletionSource<SpawnAttempt>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue((options, initPath, done));
        Wake();
        return done.Task;
    }

    // It cannot fail: the counter has room for 2^64 - 2 wake-ups, and the thread takes them all at once.
    private void Wake() => _ = Syscall.Write(_wakeUps, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in s_one)));

    private void Run()
    {
        var polled = new List<PollDescriptor>();
        bool stopSeen = false;
        while (!_stopping || _running.Count > 0 || !_requests.IsEmpty)
        {
            while (_requests.TryDequeue(out var request))
            {
                Start(request.Options, request.InitPath, request.Done);
            }

            if (_stopping)
            {
                _running.ForEach(stopSeen ? init => init.KillHard() : init => init.CloseLife());
                stopSeen = true;
            }

            polled.Clear();
            polled.Add(new PollDescriptor(Descriptor(_wakeUps), PollEvents.POLLIN));
            foreach (SpawnedInit init in _running)
            {
                polled.Add(new PollDescriptor(init.StatusEnded ? -1 : Descriptor(init.Status), PollEvents.POLLIN));
                polled.Add(new PollDescriptor(init.ProcessEnded ? -1 : Descriptor(init.Process), PollEvents.POLLIN));
            }

            Span<PollDescriptor> descriptors = CollectionsMarshal.AsSpan(polled);
            _ = Syscall.Poll(descriptors, _stopping ? StopMilliseconds : -1);
            TakeEvents(descriptors);
        }
    }

    private void TakeEvents(ReadOnlySpan<PollDescriptor> polled)
    {
        if (polled[0].Returned != PollEvents.None)
        {
            Span<byte> count = stackalloc byte[sizeof(ulong)];
            _ = Syscall.Read(_wakeUps, count);
        }

        for (int i = _running.Count - 1; i >= 0; i--)
        {
            SpawnedInit init = _running[i];
            if (polled[1 + (2 * i)].Returned != PollEvents.None)
            {
                init.ReadStatus();
            }

            init.ProcessEnded |= polled[2 + (2 * i)].Returned != PollEvents.None;
            if (init.StatusEnded && init.ProcessEnded)
            {
                _running.RemoveAt(i);
                init.Finish();
            }
        }
    }

    private void Start(ActionOptions options, string initPath, TaskCompletionSource<SpawnAttempt> done)
    {
#pragma warning disable CA1031 // A failure belongs to this action's caller; the thread serves all others.
        try
        {
            SpawnAttempt attempt = Spawn(options, initPath);
            if (attempt.Init is { } init)
            {
                _running.Add(init);
            }

            done.SetResult(attempt);
        }
        catch (Exception exception)
        {
            done.SetException(exception);
        }
#pragma warning restore CA1031
    }

    private static SpawnAttempt Spawn(ActionOptions options, string initPath)
    {
        using var plan = new SpawnDescriptors();
        int result = plan.Prepare(options);
        if (result < 0)
        {
            return new SpawnAttempt(null, (Errno)(-result), "descriptors for the command");
        }

        using ProcessorRestriction processors = new(options.ProcessorCount);
        result = Syscall.PosixSpawn([.. ByteExactText.Encode(initPath), 0], [[.. "vroot-init"u8]], [], plan.Copies, out int pid);
        if (result < 0)
        {
            return new SpawnAttempt(null, (Errno)(-result), initPath);
        }

        result = Syscall.PidfdOpen(pid, out SafeFileHandle process);
        if (result < 0)
        {
            // Its life pipe ends with the plan: it has not been let go, so it just ends.
            plan.Dispose();
            _ = Syscall.Wait4(pid, out _, out _);
            return new SpawnAttempt(null, (Errno)(-result), "pidfd_open");
        }

        return new SpawnAttempt(new SpawnedInit(options, pid, process, plan.TakeStatus(), plan.TakeLife()), Errno.Success, initPath);
    }

    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
