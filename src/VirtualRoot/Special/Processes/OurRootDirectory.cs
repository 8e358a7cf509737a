using System.Text.Unicode;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>
/// Whether a process's root directory is the root or lies below it. The link <c>root</c> says so, but reading it waits for a
/// process that is frozen in execve(2). mountinfo never does, and shows the mount whose top is the process's root directory
/// at "/": for a process in the root that is our mount, for most others the daemon's own. Only where it does not tell (a
/// root directory inside a mount) the link is read.
/// </summary>
internal sealed class OurRootDirectory(ProcessTable processes)
{
    /// <summary>The task <paramref name="pid"/>, by the daemon's number.</summary>
    public bool IsOf(int pid)
    {
        Span<byte> path = stackalloc byte[32];
        Span<byte> buffer = stackalloc byte[4096];
        Utf8.TryWrite(path, $"{pid}/mountinfo\0", out int length);
        if (ProcReader.ReadStart(processes.Proc, path[..length], buffer, out int read) == Errno.Success
            && OwnMount.FindTop(buffer[..read], "/"u8) is { } top)
        {
            if (top == processes.Mount.Top)
            {
                return true;
            }

            if (top == processes.Mount.DaemonsTop)
            {
                return RootedPath.IsBelow("/"u8, processes.MountPoint);
            }
        }

        Utf8.TryWrite(path, $"{pid}/root\0", out length);
        int result = Syscall.ReadLinkAt(processes.Proc, path[..length], buffer);
        return result > 0 && RootedPath.IsBelow(buffer[..result], processes.MountPoint);
    }
}
