using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// The thread on which all <see cref="PipePump"/>s of a root run: it alone opens FIFOs of our own mount, holds no lock while
/// it does, and lets go of them before the mount is taken down (<see cref="Stop"/>).
/// </summary>
internal sealed class PipePumps(SpecialContext context) : IDisposable
{
    private const ulong WakeId = 0;
    private const ulong OpensId = 1;
    private const int Batch = 64;
    private const int InotifyEventSize = 16;

    /// <summary>How often pumps that wait are looked at, ms.</summary>
    private const int TickTime = 100;

    /// <summary>How long a LOOKUP waits for its FIFO: some 100 µs are usual; a pipe that has none by then is read by
    /// <see cref="DescriptorProxy"/>.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly Queue<PipeRequest> _requests = new();
    private readonly Dictionary<ulong, PipePump> _pumps = [];
    private readonly Dictionary<int, PipePump> _watches = [];
    private readonly List<PipePump> _unfinished = [];
    private Thread? _thread;
    private long _nextTick;
    private SafeFileHandle? _epoll;
    private SafeFileHandle? _wake;
    private bool _stopped;
    private int _told;

    /// <summary>Opens FIFOs of the mount.</summary>
    public FifoEnds Ends => context.Fifos;

    /// <summary>The daemon's /proc.</summary>
    public SafeFileHandle Proc => context.Processes.Proc;

    /// <summary>The inotify descriptor.</summary>
    public SafeFileHandle Opens { get; private set; } = new();

    /// <summary>A LOOKUP is about to answer <paramref name="proxy"/>: has the FIFO ready when this returns.</summary>
    /// <param name="proxy">The node, which the kernel must have a reference to.</param>
    /// <param name="target">The pipe, which is taken over; null if the pump knows it already.</param>
    /// <param name="process">Whose descriptor leads to it.</param>
    /// <returns>An errno if there is no way to the mount from here.</returns>
    public Errno Expect(PipeProxy proxy, DescriptorTarget? target, ProcessIdentity process)
    {
        PipeRequest request = new(proxy, target, process);
        lock (_lock)
        {
            Errno errno = _stopped ? Errno.EIO : Start();
            if (errno != Errno.Success)
            {
                target?.Dispose();
                return errno;
            }

            _requests.Enqueue(request);
            Syscall.Write(_wake!, BitConverter.GetBytes(1ul));
        }

        Errno answer = request.Wait(s_patience);
        if (answer != Errno.Success && Interlocked.Exchange(ref _told, 1) == 0)
        {
            SpecialLog.NoWayToFifo(context.Logger, context.Options.MountPoint, answer);
        }

        return answer;
    }

    /// <summary>Closes every descriptor of the mount and ends the thread: readers see the end of their pipes.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            if (_wake is not null)
            {
                Syscall.Write(_wake, BitConverter.GetBytes(1ul));
            }
        }

        // It may be inside an open that waits for our own FUSE readers, which live still; a limit all the same.
        _thread?.Join(TimeSpan.FromSeconds(10));
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    /// <summary>Whether a process lives.</summary>
    public bool IsAlive(ProcessIdentity process) => context.Processes.TryPin(process, out ProcessPin? pin) && pin.IsAlive();

    /// <summary>Calls <see cref="PipePump.Advance"/> when <paramref name="file"/> changes.</summary>
    public Errno Register(PipePump pump, SafeFileHandle file, EpollEvents events) =>
        (Errno)(-Syscall.EpollControl(_epoll!, EpollOperation.EPOLL_CTL_ADD, file, new EpollEvent(events | EpollEvents.EPOLLET, pump.Proxy.Inode)));

    /// <summary>The pump waits for opens.</summary>
    public void Watching(PipePump pump) => _watches[pump.Watch] = pump;

    /// <summary>It does no longer.</summary>
    public void Unwatch(PipePump pump)
    {
        Syscall.InotifyRemoveWatch(Opens, pump.Watch);
        _watches.Remove(pump.Watch);
    }

    /// <summary>The pump goes on after the others.</summary>
    public void Continue(PipePump pump) => _unfinished.Add(pump);

    private Errno Start()
    {
        if (_thread is not null)
        {
            return Errno.Success;
        }

        Span<int> made = [Syscall.EpollCreate(), Syscall.EventFd(), Syscall.InotifyInit()];
        SafeFileHandle?[] files = [.. Array.ConvertAll(made.ToArray(), static one => one < 0 ? null : new SafeFileHandle(one, ownsHandle: true))];
        Errno errno = Array.Find(made.ToArray(), static one => one < 0) is < 0 and int failed ? (Errno)(-failed) : Errno.Success;
        if (errno == Errno.Success)
        {
            errno = Add(files[0]!, files[1]!, WakeId);
        }

        if (errno == Errno.Success)
        {
            errno = Add(files[0]!, files[2]!, OpensId);
        }

        if (errno != Errno.Success)
        {
            Array.ForEach(files, static file => file?.Dispose());
            return errno;
        }

        (_epoll, _wake, Opens) = (files[0], files[1], files[2]!);
        _thread = new Thread(Loop) { IsBackground = true, Name = "special-pipes" };
        _thread.Start();
        return Errno.Success;
    }

    private static Errno Add(SafeFileHandle epoll, SafeFileHandle file, ulong id) =>
        (Errno)(-Syscall.EpollControl(epoll, EpollOperation.EPOLL_CTL_ADD, file, new EpollEvent(EpollEvents.EPOLLIN, id)));

    private void Loop()
    {
        Ends.Enter();
        byte[] events = new byte[Batch * EpollEvent.Size];
        while (!Volatile.Read(ref _stopped))
        {
            int count = Syscall.EpollWait(_epoll!, events, TimeToWait());
            if (count < 0)
            {
                SpecialLog.PollerFailed(context.Logger, "epoll_wait", (Errno)(-count));
                break;
            }

            for (int i = 0; i < count; i++)
            {
                Handle(EpollEvent.ReadFrom(events.AsSpan(i * EpollEvent.Size)).Data);
            }

            GoOn();
        }

        End();
    }

    private int TimeToWait() =>
        _unfinished.Count != 0 ? 0
        : _pumps.Values.Any(static pump => pump.IsWaiting) ? (int)Math.Clamp(_nextTick - Environment.TickCount64, 0, TickTime)
        : -1;

    private void Handle(ulong id)
    {
        if (id == WakeId)
        {
            AnswerRequests();
        }
        else if (id == OpensId)
        {
            ReadOpens();
        }
        else if (_pumps.TryGetValue(id, out PipePump? pump))
        {
            pump.Advance();
        }
    }

    private void GoOn()
    {
        PipePump[] unfinished = [.. _unfinished];
        _unfinished.Clear();
        foreach (PipePump pump in unfinished)
        {
            pump.Advance();
        }

        long now = Environment.TickCount64;
        if (now >= _nextTick)
        {
            _nextTick = now + TickTime;
            foreach (PipePump pump in _pumps.Values)
            {
                pump.Tick(now);
            }
        }

        foreach (PipePump pump in _pumps.Values.Where(static pump => pump.IsGone).ToArray())
        {
            _pumps.Remove(pump.Proxy.Inode);
            pump.Dispose();
        }
    }

    private void AnswerRequests()
    {
        Span<byte> counter = stackalloc byte[8];
        Syscall.Read(_wake!, counter);
        while (true)
        {
            PipeRequest? request;
            lock (_lock)
            {
                if (_stopped || !_requests.TryDequeue(out request))
                {
                    return;
                }
            }

            if (!_pumps.TryGetValue(request.Proxy.Inode, out PipePump? pump) || pump.IsGone || pump.Proxy != request.Proxy)
            {
                pump?.Dispose();
                pump = new PipePump(this, request.Proxy);
                _pumps[request.Proxy.Inode] = pump;
            }

            request.Complete(pump.Expect(request.Target, request.Process, Environment.TickCount64));
        }
    }

    private void ReadOpens()
    {
        Span<byte> events = stackalloc byte[Batch * InotifyEventSize];
        int length;
        while ((length = Syscall.Read(Opens, events)) > 0)
        {
            // wd, mask, cookie, len; a watched file has no name behind them.
            for (int at = 0; at + InotifyEventSize <= length; at += InotifyEventSize + BinaryPrimitives.ReadInt32LittleEndian(events[(at + 12)..]))
            {
                int watch = BinaryPrimitives.ReadInt32LittleEndian(events[at..]);
                bool isOpen = (BinaryPrimitives.ReadUInt32LittleEndian(events[(at + 4)..]) & Syscall.IN_OPEN) != 0;
                if (watch < 0)
                {
                    Array.ForEach([.. _watches.Values], static pump => pump.CheckReaders()); // the queue overflowed
                }
                else if (isOpen && _watches.TryGetValue(watch, out PipePump? pump))
                {
                    pump.OnOpened();
                }
            }
        }
    }

    private void End()
    {
        foreach (PipePump pump in _pumps.Values)
        {
            pump.Dispose();
        }

        _pumps.Clear();
        PipeRequest[] left;
        lock (_lock)
        {
            _stopped = true;
            left = [.. _requests];
            _requests.Clear();
        }

        foreach (PipeRequest request in left)
        {
            request.Target?.Dispose();
            request.Complete(Errno.EIO);
        }

        Opens.Dispose();
        _wake!.Dispose();
        _epoll!.Dispose();
    }
}
