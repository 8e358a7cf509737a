using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>Numbers of processes as a caller in a PID namespace of its own knows them.</summary>
internal sealed partial class ProcessTable
{
    /// <summary>The number of <paramref name="target"/>'s thread in the namespace of <paramref name="viewer"/>; 0 if it has none there.</summary>
    public int ThreadNumber(ProcessPin viewer, ProcessPin target) =>
        SharesView(viewer, target) ? target.Pids[viewer.Level - 1] : 0;

    /// <summary>The number of <paramref name="target"/>'s process in the namespace of <paramref name="viewer"/>; 0 if it has none there.</summary>
    public int ProcessNumber(ProcessPin viewer, ProcessPin target) =>
        SharesView(viewer, target) ? target.ThreadGroups[viewer.Level - 1] : 0;

    /// <summary>The process that <paramref name="viewer"/> knows as <paramref name="number"/>, if it may see it. As on procfs a
    /// thread's number does as well, though it is never listed; in a PID namespace of the viewer's own, those of its own threads.</summary>
    public bool TryFindProcess(ProcessPin viewer, int number, [NotNullWhen(true)] out ProcessPin? process)
    {
        process = null;
        if (number <= 0)
        {
            return false;
        }

        if (viewer.ThreadGroups[^1] == number)
        {
            process = viewer;
            return viewer.ThreadGroup == viewer.Identity.Pid || TryPin(viewer.ThreadGroup, out process);
        }

        if (viewer.Level == 1)
        {
            return TryPin(number, out process) && MaySee(viewer, process);
        }

        foreach (ProcessPin pin in Held())
        {
            if (pin.ThreadGroup == pin.Identity.Pid && ProcessNumber(viewer, pin) == number && pin.IsAlive() && MaySee(viewer, pin))
            {
                process = pin;
                return true;
            }
        }

        List<int> all = [];
        ProcReader.ListNumbers(Proc, ".\0"u8, all);
        Span<byte> path = stackalloc byte[32];
        foreach (int pid in all)
        {
            Utf8.TryWrite(path, $"{pid}/status\0", out int length);
            if (ProcessStatus.Read(Proc, path[..length], out ProcessStatus? status) == Errno.Success
                && status!.ThreadGroups.Length >= viewer.Level && status.ThreadGroups[viewer.Level - 1] == number
                && TryPin(pid, out process) && ProcessNumber(viewer, process) == number && MaySee(viewer, process))
            {
                return true;
            }
        }

        process = null;
        return TryPin(viewer.ThreadGroup, out ProcessPin? own) && TryFindThread(viewer, own, number, out process);
    }

    /// <summary>The thread of <paramref name="process"/> that <paramref name="viewer"/> knows as <paramref name="number"/>.</summary>
    public bool TryFindThread(ProcessPin viewer, ProcessPin process, int number, [NotNullWhen(true)] out ProcessPin? thread)
    {
        if (viewer.Pids[^1] == number && viewer.ThreadGroup == process.ThreadGroup)
        {
            thread = viewer;
            return true;
        }

        if (ThreadNumber(viewer, process) == number)
        {
            thread = process;
            return true;
        }

        List<int> all = [];
        process.ListNumbers("task\0"u8, all);
        foreach (int tid in all)
        {
            if ((viewer.Level > 1 || tid == number)
                && TryPin(tid, out thread) && thread.ThreadGroup == process.ThreadGroup && ThreadNumber(viewer, thread) == number)
            {
                return true;
            }
        }

        thread = null;
        return false;
    }

    /// <summary>Every process that <paramref name="viewer"/> may see: its number there, and the daemon's.</summary>
    public void ListProcesses(ProcessPin viewer, List<(int Number, int Pid)> visible)
    {
        if (!IsInAction(viewer))
        {
            visible.Add((viewer.ThreadGroups[^1], viewer.ThreadGroup));
            return;
        }

        List<int> all = [];
        ProcReader.ListNumbers(Proc, ".\0"u8, all);
        Span<byte> path = stackalloc byte[32];
        foreach (int pid in all)
        {
            Utf8.TryWrite(path, $"{pid}/status\0", out int length);
            if (ProcessStatus.Read(Proc, path[..length], out ProcessStatus? status) == Errno.Success
                && status!.Pids.Length >= viewer.Level
                && MayBeInAction(pid, status)
                && TryPin(pid, out ProcessPin? pin) && (pin.ThreadGroup == viewer.ThreadGroup || IsInAction(pin)) && ProcessNumber(viewer, pin) is > 0 and int number)
            {
                visible.Add((number, pid));
            }
        }
    }

    /// <summary>The number in <paramref name="viewer"/>'s namespace of the process that the daemon knows as <paramref name="pid"/>;
    /// 0 if the viewer may not see it.</summary>
    public int Translate(ProcessPin viewer, int pid) =>
        pid > 0 && TryPin(pid, out ProcessPin? pin) && MaySee(viewer, pin) ? ProcessNumber(viewer, pin) : 0;

    /// <summary>Whether <paramref name="target"/>, which the viewer may see, has a number in the viewer's namespace: that
    /// is the daemon's own, or the action's (which all of the action's processes are in), or the two share it.</summary>
    private bool SharesView(ProcessPin viewer, ProcessPin target) =>
        target.Level >= viewer.Level
        && (viewer.Level == 1
            || viewer.ThreadGroup == target.ThreadGroup
            || viewer.Level == _init?.Level
            || (target.Level == viewer.Level && viewer.Namespace() > 0 && viewer.Namespace() == target.Namespace()));

    /// <summary>Sorts out most of the machine's processes without pinning them.</summary>
    private bool MayBeInAction(int pid, ProcessStatus status)
    {
        if (_init is { } init)
        {
            return Descends(pid, init) ?? (init.Level > 1 && status.Pids.Length >= init.Level);
        }

        return status.HasEnded || _rootDirectory.IsOf(pid);
    }

    private ProcessPin[] Held()
    {
        lock (_lock)
        {
            return [.. _pins.Values];
        }
    }
}
