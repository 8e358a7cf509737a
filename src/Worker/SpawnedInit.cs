using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>
/// One running vroot-init. The spawning thread owns the reading of its report and the waiting for it; the life
/// pipe and the pidfd may be used by any thread, the former under <c>_gate</c>.
/// </summary>
internal sealed class SpawnedInit(ActionOptions options, int pid, SafeFileHandle process, SafeFileHandle status, SafeFileHandle life) : IDisposable
{
    private const int SIGKILL = 9;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<int> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<InitEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InitReport _report = new();
    private bool _go;

    /// <summary>Completes with the action's init pid when the command is let go, or with 0 when it ended before.</summary>
    public Task<int> Started => _started.Task;

    /// <summary>Completes when vroot-init and all that it started are gone.</summary>
    public Task<InitEnd> Ended => _ended.Task;

    /// <summary>Polls readable at the outer process's end.</summary>
    public SafeFileHandle Process => process;

    /// <summary>The reading end of the status pipe.</summary>
    public SafeFileHandle Status => status;

    /// <summary>The status pipe has ended: no process of vroot-init holds it any more.</summary>
    public bool StatusEnded { get; private set; }

    /// <summary>The outer process has ended.</summary>
    public bool ProcessEnded { get; set; }

    /// <summary>Sends a signal to the outer process, which forwards it to the command.</summary>
    /// <returns>false when it has ended.</returns>
    public bool Signal(int signal)
    {
        lock (_gate)
        {
            return !process.IsClosed && Syscall.PidfdSendSignal(process, signal) == 0;
        }
    }

    /// <summary>Tells vroot-init to kill everything: it reports and ends.</summary>
    public void CloseLife()
    {
        lock (_gate)
        {
            life.Dispose();
        }
    }

    /// <summary>Kills vroot-init itself; its processes die by PR_SET_PDEATHSIG. Only for one that does not react.</summary>
    public void KillHard() => Signal(SIGKILL);

    /// <summary>Reads what the status pipe holds, and lets the command go once its init is known. Spawning thread only.</summary>
    public void ReadStatus()
    {
        Span<byte> buffer = stackalloc byte[4096];
        int length = Math.Max(0, Syscall.Read(status, buffer));
        StatusEnded = length == 0;
        try
        {
            _report.Feed(buffer[..length]);
            if (_report.InitPid != 0 && !_go)
            {
                _go = true;
                options.InitStarted?.Invoke(_report.InitPid);
                LetGo();
                _started.TrySetResult(_report.InitPid);
            }
        }
#pragma warning disable CA1031 // Whatever it is belongs to whoever started this action, not to the thread that serves all.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _started.TrySetException(exception);
            CloseLife();
        }
    }

    /// <summary>Waits for the process, which has ended, and completes the tasks. Spawning thread only.</summary>
    public void Finish()
    {
        // -ECHILD: the daemon was started with SIGCHLD ignored, and the kernel has reaped. The report tells enough.
        int reaped = Syscall.Wait4(pid, out int waitStatus, out KernelResourceUsage usage);
        CloseLife();
        status.Dispose();
        _started.TrySetResult(0);
        _ended.TrySetResult(new InitEnd(_report, reaped < 0 ? 0 : waitStatus, reaped < 0 ? default : usage));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            life.Dispose();
            process.Dispose();
        }
    }

    private void LetGo()
    {
        lock (_gate)
        {
            if (!life.IsClosed)
            {
                // -EPIPE: it has ended already, which the poll tells.
                _ = Syscall.Write(life, "g"u8);
            }
        }
    }
}
