using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>
/// A number that tells a task from every other that has, had or gets its id: since Linux 6.9 the inode number of its pidfd,
/// which is had without a lock of the task's. Before, its start time: field 22 of its stat file, and reading that waits
/// for a task that is frozen in execve(2).
/// </summary>
internal static class TaskMark
{
    private const long PID_FS_MAGIC = 0x50494446;

    /// <summary>Reads the mark of the task <paramref name="pid"/>, whose directory in /proc is <paramref name="directory"/>.</summary>
    /// <returns>ESRCH or ENOENT if it has ended.</returns>
    public static Errno Read(SafeFileHandle directory, int pid, out ulong mark) =>
        TryReadPidfd(pid, out mark)
            // The directory is still the task's: so the number was its own when the pidfd was opened.
            ? (Errno)(-Syscall.StatXCached(directory, "stat\0"u8, StatXMask.STATX_TYPE, out _))
            : ReadStartTime(directory, out mark);

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

    private static bool TryReadPidfd(int pid, out ulong inode)
    {
        inode = 0;
        int result = Syscall.PidfdOpenThread(pid, out SafeFileHandle task);
        using (task)
        {
            if (result < 0
                || Syscall.Fstatfs(task, out StatFsBuffer system) < 0 || system.Type != PID_FS_MAGIC
                || Syscall.StatXCached(task, "\0"u8, StatXMask.STATX_INO, out StatXBuffer attributes) < 0)
            {
                return false;
            }

            inode = attributes.Inode;
            return true;
        }
    }

    private static Errno ReadStartTime(SafeFileHandle directory, out ulong start)
    {
        start = 0;
        Span<byte> buffer = stackalloc byte[1024];
        Errno errno = ProcReader.ReadStart(directory, "stat\0"u8, buffer, out int length);
        return errno != Errno.Success ? errno : TryParseStartTime(buffer[..length], out start) ? Errno.Success : Errno.ESRCH;
    }
}
