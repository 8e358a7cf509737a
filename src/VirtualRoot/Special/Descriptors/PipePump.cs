using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// Moves what is in a pipe into the FIFO of a <see cref="PipeProxy"/> while somebody reads that. All of it runs on the thread
/// of <see cref="PipePumps"/>; nothing waits.
/// <para><b>Armed</b>, from the LOOKUP on: the FIFO has our write end, so that an open finds a writer and never an early end,
/// O_NONBLOCK or not; inotify tells of the open. The pipe is open for reading, too: who opens by path may close its own
/// descriptor right after, and what is in a pipe that nobody has open is gone.
/// <b>Pumping</b>: the pipe is spliced until it ends (then our write end is closed) or until the FIFO's last
/// reader leaves (then our read end is closed, so that the pipe's writers get SIGPIPE as they should). <b>Watching</b>: a
/// LOOKUP that no open has followed yet; nothing but O_PATH of the pipe is held, and whoever comes late is let go.</para>
/// <para>The FIFO holds one page: what was moved and not read is lost to those who read the pipe itself.</para>
/// </summary>
internal sealed class PipePump(PipePumps owner, PipeProxy proxy) : IDisposable
{
    private const int F_SETPIPE_SZ = 1031;
    private const int OnePage = 4096;

    /// <summary>How long a write end is held for an open to follow the LOOKUP, ms: both are one path walk of the caller.</summary>
    private const long HoldTime = 2_000;

    /// <summary>How long callers that were stopped between LOOKUP and open are looked for, and unread bytes kept, ms.</summary>
    private const long WatchTime = 10_000;

    /// <summary>Splices before other pumps have their turn.</summary>
    private const int Turn = 64;

    private DescriptorTarget? _target;
    private ProcessIdentity _process;
    private SafeFileHandle? _source;
    private SafeFileHandle? _sink;
    private bool _pumps;
    private bool _ended;
    private long _lookedUp;
    private long _left;
    private int _lookups;
    private int _opens;

    /// <summary>The node that is fed.</summary>
    public PipeProxy Proxy => proxy;

    /// <summary>The inotify watch, or -1.</summary>
    public int Watch { get; private set; } = -1;

    /// <summary>Whether the pump has nothing left to do.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether it only waits, so that time must be looked at.</summary>
    public bool IsWaiting => !_pumps && !IsGone;

    private bool IsExpected => _lookups > _opens;

    /// <summary>LOOKUP of the node: an open may follow.</summary>
    /// <param name="target">The pipe, which the pump then owns; null if it is known already.</param>
    /// <param name="process">Whose descriptor it is.</param>
    /// <param name="now">ms.</param>
    /// <returns>An errno if the FIFO cannot be reached.</returns>
    public Errno Expect(DescriptorTarget? target, ProcessIdentity process, long now)
    {
        _lookups++;
        (_lookedUp, _process) = (now, process);
        if (target is not null)
        {
            _target?.Dispose();
            _target = target;
            _ended = false;
        }

        Errno errno = _sink is null ? Arm() : Errno.Success;
        if (errno != Errno.Success)
        {
            Finish();
            return errno;
        }

        if (_source is null)
        {
            OpenSource();
        }

        return Errno.Success;
    }

    /// <summary>Somebody has opened the FIFO.</summary>
    public void OnOpened()
    {
        _opens++;
        CheckReaders();
    }

    /// <summary>Events may have been lost: looks whether somebody reads.</summary>
    public void CheckReaders()
    {
        if (!_pumps && _sink is not null && HasReaders())
        {
            Attach();
        }
    }

    /// <summary>Moves what can be moved.</summary>
    public void Advance()
    {
        for (int turn = 0; _pumps && _source is not null && _sink is not null; turn++)
        {
            if (turn == Turn)
            {
                owner.Continue(this);
                return;
            }

            nint moved = Syscall.Splice(_source, _sink, 16 * OnePage);
            switch (moved)
            {
                case > 0:
                    continue;
                case 0 when !_target!.IsNamedPipe || HasHungUp():
                    End();
                    return;
                case 0:
                    return; // a named FIFO that nobody has opened for writing yet
                case -(int)Errno.EAGAIN when HasReaders():
                    return;
                case -(int)Errno.EAGAIN or -(int)Errno.EPIPE:
                    ReadersLeft();
                    return;
                default:
                    End();
                    return;
            }
        }
    }

    /// <summary>Time has passed.</summary>
    public void Tick(long now)
    {
        if (!IsWaiting)
        {
            return;
        }

        if (_sink is null)
        {
            LookForLateOpeners(now);
            return;
        }

        if (IsExpected && now < _lookedUp + HoldTime)
        {
            return;
        }

        CheckReaders();
        if (_pumps || _sink is null)
        {
            return;
        }

        CloseSource();
        if (!HasLeftover() || now >= _left + WatchTime || !owner.IsAlive(_process))
        {
            CloseSink();
            IsGone = !IsExpected;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Finish();

    private void LookForLateOpeners(long now)
    {
        Errno errno = owner.Ends.Open(proxy, OpenFlags.O_WRONLY, out SafeFileHandle? sink);
        if (sink is not null && !_ended && TakeSink(sink) == Errno.Success)
        {
            Attach();
            return;
        }

        // Who waits in open for a writer has seen one now, and reads the end.
        sink?.Dispose();
        if (errno == Errno.ENXIO && owner.Ends.Open(proxy, OpenFlags.O_RDONLY, out SafeFileHandle? reader) == Errno.Success)
        {
            reader!.Dispose(); // an open for writing, which waits for a reader, ends; its writes are EPIPE
        }

        if (now >= _lookedUp + WatchTime || errno is not (Errno.ENXIO or Errno.Success) || !owner.IsAlive(_process))
        {
            Finish();
        }
    }

    private Errno Arm()
    {
        Errno errno = owner.Ends.Open(proxy, OpenFlags.O_RDWR, out SafeFileHandle? both);
        if (both is null)
        {
            return errno;
        }

        using (both)
        {
            errno = owner.Ends.Open(proxy, OpenFlags.O_WRONLY, out SafeFileHandle? sink);
            return sink is null ? errno : TakeSink(sink);
        }
    }

    private Errno TakeSink(SafeFileHandle sink)
    {
        _sink = sink;
        Syscall.Fcntl(sink, F_SETPIPE_SZ, OnePage); // refused while more is in it, which then is read first
        Span<byte> path = stackalloc byte[40];
        Utf8.TryWrite(path, $"/proc/self/fd/{sink.DangerousGetHandle()}\0", out int length);
        Errno errno = owner.Register(this, sink, EpollEvents.EPOLLOUT);
        if (errno == Errno.Success)
        {
            int watch = Syscall.InotifyAddWatch(owner.Opens, path[..length], Syscall.IN_OPEN);
            if (watch >= 0)
            {
                Watch = watch;
                owner.Watching(this);
                return Errno.Success;
            }

            errno = (Errno)(-watch);
        }

        CloseSink();
        return errno;
    }

    /// <summary>Opens the pipe; if it cannot be, its readers see the end.</summary>
    private void OpenSource()
    {
        if (_target is not null
            && _target.Open(owner.Proc, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, out _source) == Errno.Success
            && owner.Register(this, _source!, EpollEvents.EPOLLIN) != Errno.Success)
        {
            CloseSource();
        }
    }

    private void Attach()
    {
        if (_source is null)
        {
            OpenSource();
        }

        _pumps = true;
        if (_source is null)
        {
            End();
        }
        else
        {
            Advance();
        }
    }

    /// <summary>The pipe has ended, or cannot be read: readers of the FIFO see the end after what is in it.</summary>
    private void End()
    {
        _ended = true;
        CloseSource();
        CloseSink();
        IsGone = !IsExpected;
    }

    private void ReadersLeft()
    {
        _pumps = false;
        _left = Environment.TickCount64;
        if (IsExpected)
        {
            return; // somebody is about to open it, and may have closed the pipe then
        }

        CloseSource();
        if (!HasLeftover())
        {
            Finish();
        }
    }

    private void Finish()
    {
        CloseSource();
        CloseSink();
        _target?.Dispose();
        _target = null;
        IsGone = true;
    }

    private void CloseSource()
    {
        _pumps = false;
        _source?.Dispose();
        _source = null;
    }

    private void CloseSink()
    {
        if (Watch >= 0)
        {
            owner.Unwatch(this);
            Watch = -1;
        }

        _sink?.Dispose();
        _sink = null;
    }

    private bool HasReaders() => !Poll(_sink!, PollEvents.POLLOUT).HasFlag(PollEvents.POLLERR);

    /// <summary>One page is one buffer: a FIFO with anything in it is full.</summary>
    private bool HasLeftover() => !Poll(_sink!, PollEvents.POLLOUT).HasFlag(PollEvents.POLLOUT);

    private bool HasHungUp() => Poll(_source!, PollEvents.POLLIN).HasFlag(PollEvents.POLLHUP);

    private static PollEvents Poll(SafeFileHandle file, PollEvents events)
    {
        Span<PollDescriptor> one = [new PollDescriptor((int)file.DangerousGetHandle(), events)];
        return Syscall.Poll(one, 0) < 0 ? PollEvents.POLLERR : one[0].Returned;
    }
}
