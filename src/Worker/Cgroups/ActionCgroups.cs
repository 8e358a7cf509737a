using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker.Cgroups;

/// <summary>
/// A delegated cgroup (version 2), in which each action gets one of its own:
/// <code>
/// DIRECTORY                  ours alone: locked while we live
/// ├── vroot-daemon           we, if we were in DIRECTORY: a cgroup with controllers for its children has no processes itself
/// └── vroot-action-1 …       an action each, with its limits
/// </code>
/// What a daemon that was killed left there is killed and removed by the next one.
/// </summary>
public sealed class ActionCgroups : IAsyncDisposable
{
    private const string Prefix = "vroot-";
    private const string Daemon = Prefix + "daemon";
    private static readonly string[] s_wanted = ["memory", "cpu", "pids"];

    private readonly string _directory;
    private readonly SafeFileHandle _lock;
    private readonly CgroupLimits _limits;
    private readonly ILogger _logger;
    private readonly HashSet<string> _controllers = [];
    private readonly List<string> _enabled = [];
    private bool _moved;
    private long _last;

    private ActionCgroups(string directory, SafeFileHandle taken, CgroupLimits limits, ILogger logger)
    {
        (_directory, _lock, _limits, _logger) = (directory, taken, limits, logger);
    }

    /// <summary>The controllers in force for actions.</summary>
    public IReadOnlySet<string> Controllers => _controllers;

    /// <summary>Uses this process's own cgroup, if it was delegated to us; else logs why not.</summary>
    /// <returns>null: actions have none.</returns>
    public static async Task<ActionCgroups?> TryOpenOwnAsync(CgroupLimits limits, ILogger logger)
    {
        string? own = OwnCgroup.Find();
        string reason = "this machine has no cgroups of version 2";
        if (own is not null && OwnCgroup.IsDelegated(own, out reason))
        {
            try
            {
                ActionCgroups cgroups = await OpenAsync(own, limits, isRequired: false, logger).ConfigureAwait(false);
                return cgroups;
            }
            catch (CgroupException exception)
            {
                reason = exception.Message;
            }
        }

        CgroupLog.None(logger, reason);
        if (limits.Controllers.Any())
        {
            CgroupLog.NotEnforced(logger, "actions have no cgroup of their own");
        }

        return null;
    }

    /// <summary>Uses a cgroup that somebody has named.</summary>
    /// <exception cref="CgroupException">It cannot be used, or cannot hold the limits.</exception>
    public static Task<ActionCgroups> OpenAsync(string directory, CgroupLimits limits, ILogger logger) =>
        OpenAsync(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)), limits, isRequired: true, logger);

    /// <summary>A cgroup for an action.</summary>
    /// <exception cref="CgroupException">It cannot be made.</exception>
    public async Task<ActionCgroup> CreateAsync()
    {
        ActionCgroup made = new(Path.Combine(_directory, $"{Prefix}action-{Interlocked.Increment(ref _last)}"), _logger);
        try
        {
            Directory.CreateDirectory(made.Directory);
            foreach ((string file, string text, bool isRequired) in _limits.Files(_controllers))
            {
                if (isRequired || File.Exists(Path.Combine(made.Directory, file)))
                {
                    CgroupFiles.Write(made.Directory, file, text);
                }
            }

            return made;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await made.DisposeAsync().ConfigureAwait(false);
            throw new CgroupException($"cannot make the cgroup {made.Directory}: {exception.Message}; see cgroup.max.descendants above it", exception);
        }
    }

    /// <summary>Removes what is left, and goes back to where we were.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lock.IsClosed)
        {
            return;
        }

        await SweepAsync().ConfigureAwait(false);
        try
        {
            if (_moved)
            {
                _enabled.ForEach(controller => CgroupFiles.Write(_directory, "cgroup.subtree_control", "-" + controller));
                CgroupFiles.Write(_directory, "cgroup.procs", "0");
                Directory.Delete(Path.Combine(_directory, Daemon));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CgroupLog.NotRemoved(_logger, Path.Combine(_directory, Daemon), exception.Message);
        }

        _lock.Dispose();
    }

    private static async Task<ActionCgroups> OpenAsync(string directory, CgroupLimits limits, bool isRequired, ILogger logger)
    {
        if (!File.Exists(Path.Combine(directory, "cgroup.controllers")))
        {
            throw new CgroupException($"{directory} is no cgroup of version 2: make one (mkdir /sys/fs/cgroup/vroot), or use --cgroup off");
        }

        ActionCgroups cgroups = new(directory, Lock(directory), limits, logger);
        try
        {
            await cgroups.SweepAsync().ConfigureAwait(false);
            cgroups.LeaveTop();
            cgroups.Enable(isRequired);
            CgroupLog.Used(logger, directory, cgroups._controllers.Count == 0 ? "no controllers" : string.Join(", ", cgroups._controllers));
            return cgroups;
        }
        catch (Exception exception)
        {
            await cgroups.DisposeAsync().ConfigureAwait(false);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new CgroupException($"cannot use the cgroup {directory}: {exception.Message}; have it delegated (systemd: Delegate=yes), or use --cgroup off", exception);
            }

            throw;
        }
    }

    private static SafeFileHandle Lock(string directory)
    {
        int result = Syscall.Open(directory, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_DIRECTORY);
        if (result < 0)
        {
            throw new CgroupException($"cannot open the cgroup {directory}: {(Errno)(-result)}");
        }

        SafeFileHandle handle = new(result, ownsHandle: true);
        result = Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB);
        if (result == 0)
        {
            return handle;
        }

        handle.Dispose();
        throw new CgroupException($"another vroot uses the cgroup {directory}: give each its own, or use --cgroup off");
    }

    private async Task SweepAsync()
    {
        foreach (string left in Directory.GetDirectories(_directory, Prefix + "*"))
        {
            if (!(_moved && Path.GetFileName(left) == Daemon) && await ActionCgroup.RemoveAsync(left, _logger).ConfigureAwait(false))
            {
                CgroupLog.Swept(_logger, left);
            }
        }
    }

    private void LeaveTop()
    {
        if (OwnCgroup.Find() == _directory && File.Exists(Path.Combine(_directory, "cgroup.type")))
        {
            string leaf = Path.Combine(_directory, Daemon);
            Directory.CreateDirectory(leaf);
            CgroupFiles.Write(leaf, "cgroup.procs", "0");
            _moved = true;
        }
    }

    private void Enable(bool isRequired)
    {
        HashSet<string> there = CgroupFiles.ReadWords(_directory, "cgroup.controllers");
        HashSet<string> before = CgroupFiles.ReadWords(_directory, "cgroup.subtree_control");
        foreach (string controller in s_wanted.Where(there.Contains))
        {
            if (!before.Contains(controller))
            {
                CgroupFiles.Write(_directory, "cgroup.subtree_control", "+" + controller); // EBUSY: it has processes besides us
                _enabled.Add(controller);
            }

            _controllers.Add(controller);
        }

        string[] missing = [.. _limits.Controllers.Where(controller => !there.Contains(controller))];
        if (missing.Length == 0)
        {
            return;
        }

        string reason = $"the cgroup {_directory} has no controller {string.Join(" and no ", missing)} (cgroup.controllers)";
        if (isRequired)
        {
            throw new CgroupException($"{reason}: enable it above (cgroup.subtree_control; systemd: Delegate=yes), or leave the limit out");
        }

        CgroupLog.NotEnforced(_logger, reason);
    }
}
