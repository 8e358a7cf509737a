using System.Buffers.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>
/// A task held by a descriptor of its directory in the daemon's /proc. The descriptor names that task for ever: once it has
/// ended, everything below the directory is ENOENT or ESRCH, also when another task has got the number. So whatever is
/// read through a pin belongs to the right task, with nothing to check. A pin may be disposed while somebody reads through
/// it (its task has ended, or others were used more recently): the reader then gets ESRCH.
/// </summary>
internal sealed partial class ProcessPin : IDisposable
{
    private readonly SafeFileHandle _directory;

    private ProcessPin(ProcessIdentity identity, SafeFileHandle directory, ProcessStatus status)
    {
        Identity = identity;
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

        errno = ReadStartTime(directory, out ulong start);
        if (errno == Errno.Success)
        {
            errno = ProcessStatus.Read(directory, "status\0"u8, out ProcessStatus? status);
            if (status is not null)
            {
                pin = new ProcessPin(new ProcessIdentity(pid, start), directory, status);
                return Errno.Success;
            }
        }

        directory.Dispose();
        return errno;
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static Errno ReadStartTime(SafeFileHandle directory, out ulong start)
    {
        start = 0;
        Span<byte> buffer = stackalloc byte[1024];
        Errno errno = ProcReader.ReadStart(directory, "stat\0"u8, buffer, out int length);
        return errno != Errno.Success ? errno : TryParseStartTime(buffer[..length], out start) ? Errno.Success : Errno.ESRCH;
    }

    /// <summary>Field 22 of a stat file: the twentieth after the command's closing parenthesis, the last in the text.</summary>
    internal static bool TryParseStartTime(ReadOnlySpan<byte> stat, out ulong start)
    {
        start = 0;
        int close = stat.LastIndexOf((byte)')');
        if (close < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = stat[(close + 1)..];
        for (int field = 2; field < 22; field++)
        {
            int space = rest.IndexOf((byte)' ');
            if (space < 0)
            {
                return false;
            }

            rest = rest[(space + 1)..];
        }

        return Utf8Parser.TryParse(rest, out start, out _);
    }
}
