using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Worker;

/// <summary>What to run, in which root, as whom and within which limits. Strings are <see cref="ByteExactText"/>.</summary>
public sealed record ActionOptions
{
    /// <summary>The host's path of the root: a directory, or a directory of a mount. Absolute. Only the command's own process walks it.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>The command and its arguments. A command without '/' is searched in the PATH of <see cref="Environment"/>, inside the root.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment, as NAME=value, in this order; nothing is added.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The working directory, inside the root. Absolute.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Standard input; null: that of this process. Stays the caller's, who may close it once the action has started.</summary>
    public SafeFileHandle? Stdin { get; init; }

    /// <summary>Standard output; null: that of this process. Stays the caller's.</summary>
    public SafeFileHandle? Stdout { get; init; }

    /// <summary>Standard error; null: that of this process. Stays the caller's.</summary>
    public SafeFileHandle? Stderr { get; init; }

    /// <summary>An existing file that the command's own process opens as its standard output, to write at its end: the host's path,
    /// absolute. For a file of the daemon's own mount, which the daemon must not open. null: <see cref="Stdout"/>.</summary>
    public string? StdoutPath { get; init; }

    /// <summary>The same for standard error.</summary>
    public string? StderrPath { get; init; }

    /// <summary>The directory of a cgroup (version 2) that the command joins before it is executed; null: the daemon's.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The user to run as; null: the daemon's.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group to run as; supplementary groups are then dropped. null: the daemon's.</summary>
    public uint? Gid { get; init; }

    /// <summary>Namespaces of the action's own.</summary>
    public ActionNamespaces Namespaces { get; init; } = ActionNamespaces.Pid;

    /// <summary>The name of the machine, with <see cref="ActionNamespaces.Uts"/>; null: unchanged.</summary>
    public string? HostName { get; init; }

    /// <summary>PR_SET_NO_NEW_PRIVS: set-user-id programs gain nothing.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>What the kernel may add to the root's /proc, /sys and /dev.</summary>
    public SpecialSupport Special { get; init; }

    /// <summary>A session without a terminal: right for a worker, wrong for a person at a shell.</summary>
    public bool NewSession { get; init; }

    /// <summary>The longest that the action may take, without the time of <see cref="ExcludedTime"/>; null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the action has waited so far for what is not its fault (its inputs); read when the time limit strikes.</summary>
    public Func<TimeSpan>? ExcludedTime { get; init; }

    /// <summary>Limits of each process.</summary>
    public IReadOnlyList<ResourceLimit> Limits { get; init; } = [];

    /// <summary>
    /// Called with the pid of the action's init process before the command runs, so that whoever serves /proc
    /// knows whose processes they are. Runs on the spawning thread: it must return soon, and not throw.
    /// </summary>
    public Action<int>? InitStarted { get; init; }

    /// <summary>How many processors the action may run on; null: all of the daemon's.</summary>
    public int? ProcessorCount { get; init; }

    /// <summary>Finds every fault at once.</summary>
    /// <exception cref="ArgumentException">Some of it cannot be run; the message names each fault.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        CheckPath(RootDirectory, "the root directory", faults);
        CheckPath(WorkingDirectory, "the working directory", faults);
        CheckPath(StdoutPath ?? "/", "the file of standard output", faults);
        CheckPath(StderrPath ?? "/", "the file of standard error", faults);
        CheckPath(Cgroup ?? "/", "the cgroup", faults);
        if (Arguments.Count == 0)
        {
            faults.Add("no command is given");
        }

        if (Arguments.Concat(Environment).Append(HostName ?? "").Any(text => text.Contains('\0', StringComparison.Ordinal)))
        {
            faults.Add("an argument, an environment entry or the host name contains a NUL");
        }

        if (HostName is not null && !Namespaces.HasFlag(ActionNamespaces.Uts))
        {
            faults.Add("a host name needs a UTS namespace");
        }

        if (Uid is uint.MaxValue || Gid is uint.MaxValue)
        {
            faults.Add("uid and gid 4294967295 mean 'unchanged' to the kernel and are nobody's");
        }

        if (Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue))
        {
            faults.Add($"the time limit {timeout} is not between 0 and 24 days");
        }

        if (Limits.Count > 16 || Limits.Any(limit => limit.Hard is { } hard && (limit.Soft ?? ulong.MaxValue) > hard))
        {
            faults.Add("more than 16 limits, or a soft limit above its hard limit");
        }

        if (ProcessorCount is < 1)
        {
            faults.Add("it may run on no processor");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"cannot run this action: {string.Join("; ", faults)}");
        }
    }

    private static void CheckPath(string path, string what, List<string> faults)
    {
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            faults.Add($"{what} '{path}' is not an absolute path");
        }
    }
}
