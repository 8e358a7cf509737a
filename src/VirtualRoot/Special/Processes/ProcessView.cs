using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Processes;

/// <summary>A caller looking at a task, with the rights that the kernel would grant it on procfs.</summary>
internal readonly struct ProcessView
{
    private const ulong CAP_SYS_PTRACE = 1ul << 19;

    private readonly ProcessTable _table;

    private ProcessView(ProcessTable table, ProcessPin viewer, ProcessPin target)
    {
        _table = table;
        Viewer = viewer;
        Target = target;
    }

    /// <summary>The calling task.</summary>
    public ProcessPin Viewer { get; }

    /// <summary>The task looked at.</summary>
    public ProcessPin Target { get; }

    /// <summary>Finds the caller and the task.</summary>
    /// <returns>ENOENT if the task has ended or the caller may not know of it.</returns>
    public static Errno TryOpen(ProcessTable table, in Caller caller, ProcessIdentity target, out ProcessView view)
    {
        view = default;
        if (!table.TryPin(in caller, out ProcessPin? viewer) || !table.TryPin(target, out ProcessPin? pin) || !table.MaySee(viewer, pin))
        {
            return Errno.ENOENT;
        }

        view = new ProcessView(table, viewer, pin);
        return Errno.Success;
    }

    /// <summary>As <see cref="TryOpen"/>, and the caller must have the right that procfs asks for at a task's private files.</summary>
    /// <returns>ENOENT as there; EACCES without the right.</returns>
    public static Errno TryOpenPublic(ProcessTable table, in Caller caller, ProcessIdentity target, out ProcessView view)
    {
        Errno errno = TryOpen(table, in caller, target, out view);
        return errno != Errno.Success ? errno : view.MayRead(in caller);
    }

    /// <summary>As <see cref="TryOpenPublic"/>, for what lets the caller reach into the task. Nobody reaches into vroot-init: its
    /// program and its root directory are the machine's, and what is written to its pipes the daemon believes.</summary>
    /// <returns>ENOENT as there; EACCES without the right.</returns>
    public static Errno TryOpenPrivate(ProcessTable table, in Caller caller, ProcessIdentity target, out ProcessView view)
    {
        Errno errno = TryOpenPublic(table, in caller, target, out view);
        return errno == Errno.Success && table.IsInit(view.Target) && !table.IsInit(view.Viewer) ? Errno.EACCES : errno;
    }

    /// <summary>The same view later: the pins may have been disposed meanwhile. A caller that has ended, and left its open
    /// file to another process, stays the one whose numbers are told.</summary>
    /// <returns>False if the task has ended.</returns>
    public bool TryRenew(out ProcessView renewed)
    {
        bool lives = _table.TryPin(Target.Identity, out ProcessPin? target);
        renewed = new ProcessView(_table, _table.TryPin(Viewer.Identity, out ProcessPin? viewer) ? viewer : Viewer, target ?? Target);
        return lives;
    }

    /// <summary>The task's thread id in the viewer's namespace.</summary>
    public int ThreadNumber => _table.ThreadNumber(Viewer, Target);

    /// <summary>The task's process id in the viewer's namespace.</summary>
    public int ProcessNumber => _table.ProcessNumber(Viewer, Target);

    /// <summary>The number of the viewer's namespace for a process that the daemon knows as <paramref name="pid"/>, or 0.</summary>
    public int Translate(int pid) => _table.Translate(Viewer, pid);

    /// <summary>What the task's parent is called: 1 if the viewer may not see it, since every process but the first has one.</summary>
    public int TranslateParent(int pid) =>
        Translate(pid) is > 0 and int number ? number : ProcessNumber == 1 ? 0 : 1;

    /// <summary>The caller's root directory as the daemon sees it: what its paths lack.</summary>
    public ReadOnlySpan<byte> ReadRoot(Span<byte> buffer)
    {
        if (Viewer.ReadLink("root\0"u8, buffer, out int length) == Errno.Success)
        {
            return buffer[..length];
        }

        // The daemon may not look at a caller that is not dumpable; it can only have come in by our mount.
        return _table.MountPoint;
    }

    /// <summary>The kernel's ptrace_may_access(PTRACE_MODE_READ_FSCREDS), but for capabilities across user namespaces.</summary>
    private Errno MayRead(in Caller caller)
    {
        if (Viewer.ThreadGroup == Target.ThreadGroup)
        {
            return Errno.Success;
        }

        Errno errno = Target.ReadStatus(out ProcessStatus? status);
        if (status is null)
        {
            return errno;
        }

        // What has ended has no memory left, and the kernel asks its ids alone.
        if (Owns(in caller, status) && (status.HasEnded || IsDumpable(status)))
        {
            return Errno.Success;
        }

        return caller.Uid == 0 && Viewer.ReadStatus(out ProcessStatus? own) == Errno.Success && (own!.EffectiveCapabilities & CAP_SYS_PTRACE) != 0
            ? Errno.Success
            : Errno.EACCES;
    }

    private static bool Owns(in Caller caller, ProcessStatus status) =>
        !status.Uids.AsSpan(0, 3).ContainsAnyExcept(caller.Uid) && !status.Gids.AsSpan(0, 3).ContainsAnyExcept(caller.Gid);

    /// <summary>The kernel gives a private entry of a task that is not dumpable to root; the <c>fd</c> directory is one,
    /// and its attributes are had without any lock. For a task of root's this cannot tell, and root needs no telling.</summary>
    private bool IsDumpable(ProcessStatus status) =>
        Target.StatX("fd\0"u8, StatXMask.STATX_UID, out StatXBuffer attributes) == Errno.Success
        && attributes.UserId == status.Uids[1];
}
