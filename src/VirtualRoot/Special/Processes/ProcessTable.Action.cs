using System.Text.Unicode;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>Which processes are the action's.</summary>
internal sealed partial class ProcessTable
{
    /// <summary>Ancestors that are looked at: deeper trees do not occur, and the walk must end when processes race.</summary>
    private const int MaxAncestors = 1024;

    private volatile ProcessPin? _init;

    /// <summary>Makes the descendants of <paramref name="pid"/> (PID 1 of the action's namespace) the processes shown.</summary>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public void SetActionInit(int pid)
    {
        if (ProcessPin.Open(Proc, pid, out ProcessPin? init) != Errno.Success)
        {
            throw new ArgumentException($"process {pid}, which should lead the action, does not exist", nameof(pid));
        }

        // Not in the cache: it must stay pinned for as long as the action lives.
        _init = init;
        lock (_lock)
        {
            ForgetPins();
        }
    }

    /// <summary>Whether <paramref name="caller"/> may know that <paramref name="target"/> exists: its own process always;
    /// others if both are the action's.</summary>
    public bool MaySee(ProcessPin caller, ProcessPin target) =>
        caller.ThreadGroup == target.ThreadGroup || (IsInAction(caller) && IsInAction(target));

    /// <summary>Whether a task is the action's: a descendant of its first process, or in its PID namespace; in a plain
    /// mount, a process whose root directory is the root or lies below it.</summary>
    public bool IsInAction(ProcessPin task)
    {
        ProcessPin? init = _init;
        if (init is null)
        {
            return _rootDirectory.IsOf(task.Identity.Pid) ? task.IsAlive() : ParentOfEnded(task) is { } parent && _rootDirectory.IsOf(parent.Identity.Pid);
        }

        return task.DescendsFromInit ??= Descends(task.ThreadGroup, init) ?? SharesNamespace(task, init);
    }

    /// <summary>A zombie has no root directory any more; its parent's stands for it.</summary>
    private ProcessPin? ParentOfEnded(ProcessPin task) =>
        task.ReadStatus(out ProcessStatus? status) == Errno.Success && status!.HasEnded && TryPin(status.Parent, out ProcessPin? parent) ? parent : null;

    /// <summary>Whether a task is of the action's first process, which the launcher made.</summary>
    public bool IsInit(ProcessPin task) => _init is { } init && task.ThreadGroup == init.ThreadGroup && init.IsAlive();

    private static bool SharesNamespace(ProcessPin task, ProcessPin init) =>
        init.Level > 1 && task.Level == init.Level && init.Namespace() > 0 && task.Namespace() == init.Namespace();

    /// <summary>Whether a process descends from the action's first; null if its ancestors do not tell. The leader of another
    /// PID namespace on the way says no: that is known without looking at ns/pid, which waits for a process frozen in
    /// execve(2), and the processes of another action must not hold up this one's.</summary>
    private bool? Descends(int pid, ProcessPin init)
    {
        if (!init.IsAlive())
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[32];
        for (int step = 0; step < MaxAncestors && pid > 0; step++)
        {
            if (pid == init.ThreadGroup)
            {
                return true;
            }

            Utf8.TryWrite(buffer, $"{pid}/status\0", out int length);
            if (ProcessStatus.Read(Proc, buffer[..length], out ProcessStatus? status) != Errno.Success
                || (init.Level > 1 && status!.ThreadGroups.Length >= init.Level && status.ThreadGroups[init.Level - 1] == 1))
            {
                return false;
            }

            pid = status!.Parent;
        }

        return null;
    }
}
