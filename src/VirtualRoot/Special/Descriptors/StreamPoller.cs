using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// One thread that waits for all pipes and terminals that the daemon reads and writes for others. Each is registered
/// edge-triggered when it is opened and leaves with its last descriptor.
/// <para>Lock order: a stream's lock may be held while this one's is taken, never the other way.</para>
/// </summary>
internal sealed class StreamPoller : IDisposable
{
    private const int Batch = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, StreamHandle> _streams = [];
    private readonly ILogger _logger;
    private SafeFileHandle? _epoll;
    private SafeFileHandle? _wake;
    private ulong _last;
    private bool _disposed;

    /// <summary>A poller that starts its thread with the first stream.</summary>
    public StreamPoller(ILogger logger) => _logger = logger;

    /// <summary>Streams open now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Takes over <paramref name="file"/>, which was opened with O_NONBLOCK.</summary>
    /// <param name="file">The stream's.</param>
    /// <param name="flags">open(2) flags of the caller.</param>
    /// <param name="processes">The root's.</param>
    /// <param name="stream">The answer.</param>
    public Errno TryOpen(SafeFileHandle file, int flags, ProcessTable processes, out StreamHandle? stream)
    {
        stream = null;
        Errno errno;
        lock (_lock)
        {
            errno = _disposed ? Errno.EIO : Start();
            if (errno == Errno.Success)
            {
                ulong id = ++_last;
                StreamHandle opened = new(this, id, file, flags, processes);
                _streams.Add(id, opened);
                const EpollEvents Both = EpollEvents.EPOLLIN | EpollEvents.EPOLLOUT | EpollEvents.EPOLLET;
                errno = (Errno)(-Syscall.EpollControl(_epoll!, EpollOperation.EPOLL_CTL_ADD, file, new EpollEvent(Both, id)));
                if (errno == Errno.Success)
                {
                    stream = opened;
                    return Errno.Success;
                }

                _streams.Remove(id);
            }
        }

        file.Dispose();
        return errno;
    }

    /// <summary>Ends the thread; waiting reads and writes are answered EIO.</summary>
    public void Dispose()
    {
        StreamHandle[] left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _streams.Values];
            if (_wake is not null)
            {
                Syscall.Write(_wake, BitConverter.GetBytes(1ul));
            }
        }

        foreach (StreamHandle stream in left)
        {
            stream.Dispose();
        }
    }

    /// <summary>The stream is closed.</summary>
    internal void Remove(ulong id)
    {
        lock (_lock)
        {
            _streams.Remove(id);
        }
    }

    private Errno Start()
    {
        if (_epoll is not null)
        {
            return Errno.Success;
        }

        int epoll = Syscall.EpollCreate();
        if (epoll < 0)
        {
            return (Errno)(-epoll);
        }

        SafeFileHandle waiter = new(epoll, ownsHandle: true);
        int wake = Syscall.EventFd();
        if (wake < 0)
        {
            waiter.Dispose();
            return (Errno)(-wake);
        }

        SafeFileHandle signal = new(wake, ownsHandle: true);
        int added = Syscall.EpollControl(waiter, EpollOperation.EPOLL_CTL_ADD, signal, new EpollEvent(EpollEvents.EPOLLIN, 0));
        if (added < 0)
        {
            waiter.Dispose();
            signal.Dispose();
            return (Errno)(-added);
        }

        (_epoll, _wake) = (waiter, signal);
        new Thread(Loop) { IsBackground = true, Name = "special-streams" }.Start();
        return Errno.Success;
    }

    private void Loop()
    {
        byte[] events = new byte[Batch * EpollEvent.Size];
        SafeFileHandle epoll = _epoll!;
        using (epoll)
        using (_wake)
        {
            while (true)
            {
                int count = Syscall.EpollWait(epoll, events, -1);
                if (count < 0)
                {
                    SpecialLog.PollerFailed(_logger, "epoll_wait", (Errno)(-count));
                    return;
                }

                for (int i = 0; i < count; i++)
                {
                    ulong id = EpollEvent.ReadFrom(events.AsSpan(i * EpollEvent.Size)).Data;
                    StreamHandle? stream;
                    lock (_lock)
                    {
                        if (_disposed)
                        {
                            return;
                        }

                        _streams.TryGetValue(id, out stream);
                    }

                    stream?.OnReady();
                }
            }
        }
    }
}
