using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Processes;

/// <summary>
/// The processes that a root's /proc shows, by their numbers in the daemon's PID namespace. The daemon's /proc is opened
/// once; recently used tasks stay pinned, so that a warm <c>readlink /proc/self/exe</c> costs a handful of system calls.
/// <para>The lock guards the pins alone and is never held over a system call that can wait.</para>
/// </summary>
internal sealed partial class ProcessTable : IDisposable
{
    /// <summary>Pinned tasks, each one descriptor. A parallel build has some tens of processes at work.</summary>
    private const int MaxPins = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProcessPin> _pins = [];
    private readonly byte[] _mountPoint;
    private readonly ILogger _logger;
    private readonly OurRootDirectory _rootDirectory;
    private int _toldOfCallerWithoutPid;

    /// <summary>A table that reads the daemon's own /proc.</summary>
    /// <exception cref="IOException">/proc cannot be opened.</exception>
    public ProcessTable(byte[] mountPoint, ILogger logger)
    {
        _mountPoint = mountPoint;
        _logger = logger;
        Mount = new OwnMount(this);
        _rootDirectory = new OurRootDirectory(this);
        using SafeFileHandle anchor = new(-100, ownsHandle: false); // AT_FDCWD, which an absolute path ignores
        int result = Syscall.OpenAt(anchor, "/proc\0"u8, OpenFlags.O_PATH | OpenFlagsOfThisMachine.O_DIRECTORY);
        if (result < 0)
        {
            throw new IOException($"opening /proc failed with {(Errno)(-result)}: mount proc where the daemon runs");
        }

        Proc = new SafeFileHandle(result, ownsHandle: true);
        Span<byte> self = stackalloc byte[16];
        int length = Syscall.ReadLinkAt(Proc, "self\0"u8, self);
        IsUsable = length > 0 && ProcReader.TryParseNumber(self[..length], out int number) && number == Environment.ProcessId;
        if (!IsUsable)
        {
            SpecialLog.ProcUnusable(logger, length < 0 ? ((Errno)(-length)).ToString() : $"self is {System.Text.Encoding.UTF8.GetString(self[..length])}, not {Environment.ProcessId}");
        }
    }

    /// <summary>The daemon's own /proc (O_PATH).</summary>
    public SafeFileHandle Proc { get; }

    /// <summary>Our own mount, as the daemon's mountinfo knows it.</summary>
    public OwnMount Mount { get; }

    /// <summary>The path at which the root is mounted, as the daemon sees it.</summary>
    public ReadOnlySpan<byte> MountPoint => _mountPoint;

    /// <summary>Whether the daemon's /proc is of the daemon's own PID namespace; if not, its numbers mean other processes.</summary>
    public bool IsUsable { get; }

    /// <summary>Pins held now.</summary>
    public int PinCount
    {
        get
        {
            lock (_lock)
            {
                return _pins.Count;
            }
        }
    }

    /// <summary>The task that sent a request.</summary>
    public bool TryPin(in Caller caller, [NotNullWhen(true)] out ProcessPin? pin)
    {
        pin = null;
        if (caller.ThreadId != 0)
        {
            return IsUsable && TryPinCaller(in caller, out pin);
        }

        if (Interlocked.Exchange(ref _toldOfCallerWithoutPid, 1) == 0)
        {
            SpecialLog.CallerWithoutPid(_logger);
        }

        return false;
    }

    /// <summary>The task that has the number <paramref name="pid"/> now.</summary>
    public bool TryPin(int pid, [NotNullWhen(true)] out ProcessPin? pin)
    {
        if (Cached(pid) is { } cached)
        {
            if (cached.IsAlive())
            {
                pin = cached;
                return true;
            }

            Drop(cached);
        }

        return ProcessPin.Open(Proc, pid, out pin) == Errno.Success && Add(ref pin!);
    }

    /// <summary>The task that <paramref name="identity"/> names; it may have ended meanwhile.</summary>
    public bool TryPin(ProcessIdentity identity, [NotNullWhen(true)] out ProcessPin? pin)
    {
        pin = Cached(identity.Pid);
        if (pin is not null && pin.Identity == identity)
        {
            return true;
        }

        return TryPin(identity.Pid, out pin) && pin.Identity == identity;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            ForgetPins();
        }

        _init?.Dispose();
        Proc.Dispose();
    }

    /// <summary>Looks once in a request whether a pinned caller lives: whoever waits for our answer goes on living, and if it is
    /// killed nobody gets the answer.</summary>
    private bool TryPinCaller(in Caller caller, [NotNullWhen(true)] out ProcessPin? pin)
    {
        pin = Cached(caller.ThreadId);
        if (pin is not null && pin.IsCallerOf(in caller))
        {
            return true;
        }

        if (!TryPin(caller.ThreadId, out pin))
        {
            return false;
        }

        pin.LastRequest = caller.Request;
        return true;
    }

    private ProcessPin? Cached(int pid)
    {
        lock (_lock)
        {
            if (_pins.TryGetValue(pid, out ProcessPin? pin))
            {
                pin.LastUse = Environment.TickCount64;
            }

            return pin;
        }
    }

    /// <summary>Keeps a new pin, or takes the equal one that somebody else has kept meanwhile.</summary>
    private bool Add(ref ProcessPin pin)
    {
        lock (_lock)
        {
            pin.LastUse = Environment.TickCount64;
            if (_pins.Count >= MaxPins && !_pins.ContainsKey(pin.Identity.Pid))
            {
                ProcessPin oldest = _pins.Values.MinBy(static held => held.LastUse)!;
                _pins.Remove(oldest.Identity.Pid);
                oldest.Dispose();
            }

            if (_pins.TryGetValue(pin.Identity.Pid, out ProcessPin? other))
            {
                if (other.Identity == pin.Identity)
                {
                    pin.Dispose();
                    pin = other;
                    return true;
                }

                other.Dispose();
            }

            _pins[pin.Identity.Pid] = pin;
            return true;
        }
    }

    private void Drop(ProcessPin pin)
    {
        lock (_lock)
        {
            if (_pins.TryGetValue(pin.Identity.Pid, out ProcessPin? held) && ReferenceEquals(held, pin))
            {
                _pins.Remove(pin.Identity.Pid);
            }
        }

        pin.Dispose();
    }

    private void ForgetPins()
    {
        foreach (ProcessPin pin in _pins.Values)
        {
            pin.Dispose();
        }

        _pins.Clear();
    }
}
