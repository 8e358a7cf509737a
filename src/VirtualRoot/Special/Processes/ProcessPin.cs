using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Processes;

/// <summary>
/// A task held by a descriptor of its directory in the daemon's /proc. The descriptor names that task for ever: once it has
/// ended, everything below the directory is ENOENT or ESRCH, also when another task has got the number. So whatever is
/// read through a pin belongs to the right task, with nothing to check. A pin may be disposed while somebody looks through
/// it (its task has ended, or others were used more recently): from then on each reading opens the directory anew, and looks
/// whether it is still the same task's.
/// </summary>
internal sealed partial class ProcessPin : IDisposable
{
    private readonly SafeFileHandle _proc;
    private readonly SafeFileHandle _directory;

    private ProcessPin(SafeFileHandle proc, ProcessIdentity identity, SafeFileHandle directory, ProcessStatus status)
    {
        Identity = identity;
        _proc = proc;
        _directory = directory;
        ThreadGroup = status.ThreadGroup;
        Pids = status.Pids;
        ThreadGroups = status.ThreadGroups;
    }

    /// <summary>Which task.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Its process's number in the daemon's PID namespace.</summary>
    public int ThreadGroup { get; }

    /// <summary>Its thread id in each PID namespace, from the daemon's to its own.</summary>
    public int[] Pids { get; }

    /// <summary>Its process id in each PID namespace, from the daemon's to its own.</summary>
    public int[] ThreadGroups { get; }

    /// <summary>How many PID namespaces it is in, as seen by the daemon; 1 if it shares the daemon's.</summary>
    public int Level => Pids.Length;

    /// <summary>Whether its ancestors were found to lead to the action's first process; they always will or never.</summary>
    public bool? DescendsFromInit { get; set; }

    /// <summary>When it was last used, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastUse { get; set; }

    /// <summary>The last request that it was found to have sent, by <see cref="Caller.Request"/>; 0 before the first.</summary>
    public ulong LastRequest { get; set; }

    /// <summary>Pins the task whose number is <paramref name="pid"/> now.</summary>
    public static Errno Open(SafeFileHandle proc, int pid, out ProcessPin? pin)
    {
        pin = null;
        Span<byte> path = stackalloc byte[16];
        Utf8.TryWrite(path, $"{pid}\0", out int length);
        Errno errno = ProcReader.Open(proc, path[..length], OpenFlags.O_PATH | OpenFlagsOfThisMachine.O_DIRECTORY, out SafeFileHandle? directory);
        if (directory is null)
        {
            return errno;
        }

        errno = TaskMark.Read(directory, pid, out ulong mark);
        if (errno == Errno.Success)
        {
            errno = ProcessStatus.Read(directory, "status\0"u8, out ProcessStatus? status);
            if (status is not null)
            {
                pin = new ProcessPin(proc, new ProcessIdentity(pid, mark), directory, status);
                return Errno.Success;
            }
        }

        directory.Dispose();
        return errno;
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();
}
