using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>Opens what a descriptor leads to anew, by its type.</summary>
internal static class DescriptorOpener
{
    /// <summary>Opens <paramref name="target"/> with the access that <paramref name="flags"/> ask for.</summary>
    /// <returns>ENXIO for sockets and what is no file, as on procfs; EACCES for directories and for files of our own mount,
    /// which the daemon must not open, but for the action's output texts.</returns>
    public static Errno Open(SpecialContext context, DescriptorTarget target, int flags, out SpecialHandle? handle)
    {
        handle = null;
        if (target.Kind == NodeKind.Symlink)
        {
            return Errno.ELOOP;
        }

        if (target.IsOn(context.Mount.Device))
        {
            handle = context.FindText(target) is { } text && OpenMode.Access(flags) == (int)OpenFlags.O_WRONLY ? new LogHandle(text) : null;
            return handle is null ? Errno.EACCES : Errno.Success;
        }

        OpenFlags access = (OpenFlags)OpenMode.Access(flags);
        switch (target.Kind)
        {
            case NodeKind.File:
                // Written at the end, and O_TRUNC left away: the action's log, opened again by "echo two >/dev/stderr",
                // must not lose what came before. What has no name is nobody's log.
                return OpenFile(context, target, flags, isAppended: OpenMode.Writes(flags) && !target.IsWithoutName, out handle);

            case NodeKind.Fifo:
                return OpenStream(context, target, access | OpenFlags.O_NONBLOCK, flags, out handle);

            case NodeKind.CharacterDevice when IsTerminal(target.Attributes.DeviceMajor):
                return OpenStream(context, target, access | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY, flags, out handle);

            case NodeKind.Directory:
                return Errno.EACCES;

            default:
                return Errno.ENXIO;
        }
    }

    /// <summary>truncate(2) of a regular file.</summary>
    public static Errno Truncate(SpecialContext context, DescriptorTarget target, ulong size)
    {
        Errno errno = target.Open(context.Processes.Proc, OpenFlags.O_WRONLY | OpenFlags.O_NONBLOCK, out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            return (Errno)(-Syscall.Ftruncate(file, (long)size));
        }
    }

    private static Errno OpenFile(SpecialContext context, DescriptorTarget target, int flags, bool isAppended, out SpecialHandle? handle)
    {
        int access = OpenMode.Access(flags);
        isAppended |= (flags & (int)OpenFlags.O_APPEND) != 0;
        OpenFlags wanted = (OpenFlags)access | OpenFlags.O_NONBLOCK | (isAppended ? OpenFlags.O_APPEND : 0);
        if (target.IsWithoutName)
        {
            wanted |= (OpenFlags)flags & OpenFlags.O_TRUNC;
        }

        Errno errno = target.Open(context.Processes.Proc, wanted, out SafeFileHandle? file);
        handle = file is null ? null : new ReopenedFileHandle(file, access, isAppended);
        return errno;
    }

    private static Errno OpenStream(SpecialContext context, DescriptorTarget target, OpenFlags flags, int wanted, out SpecialHandle? handle)
    {
        handle = null;
        Errno errno = target.Open(context.Processes.Proc, flags, out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        errno = context.Streams.TryOpen(file, wanted, context.Processes, out StreamHandle? stream);
        handle = stream;
        return errno;
    }

    /// <summary>TTY_MAJOR, TTYAUX_MAJOR (/dev/tty itself, the console), ttyS and the UNIX98_PTY_SLAVE_MAJOR range. Opening
    /// any other device again might do something to it.</summary>
    private static bool IsTerminal(uint major) => major is 4 or 5 or (>= 136 and <= 143);
}
