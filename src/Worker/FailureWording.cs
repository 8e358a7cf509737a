using System.Runtime.InteropServices;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>One line for each way in which a command could not be executed: what, why, and what to do about it.</summary>
internal static class FailureWording
{
    /// <summary>Describes a failed step of vroot-init.</summary>
    /// <param name="options">What was to be run.</param>
    /// <param name="step">The step's name in vroot-init's report, or "spawn".</param>
    /// <param name="error">Why.</param>
    /// <param name="what">The path, limit or name that did not work.</param>
    /// <returns>The message, which starts with "vroot: ".</returns>
    public static string Describe(ActionOptions options, string step, Errno error, string what)
    {
        string reason = error == 0 ? "" : $": {Marshal.GetPInvokeErrorMessage((int)error)} ({error})";
        return "vroot: " + step switch
        {
            "exec" => DescribeExec(options, error, what, reason),
            "interpreter" => $"{what}: cannot execute: the interpreter or dynamic loader that it names is missing in the root",
            "chdir" => $"working directory {what} in the root{reason}",
            "rlimit" when error == Errno.EPERM =>
                $"limit {what}{reason}: raising a hard limit needs CAP_SYS_RESOURCE; ask for at most the hard limit in force",
            "rlimit" => $"limit {what}{reason}",
            "chroot" when error == Errno.EPERM =>
                $"chroot into {what}{reason}: needs CAP_SYS_CHROOT: run as root, or in a user namespace (unshare -Ur)",
            "chroot" => $"chroot into {what}{reason}",
            "uid" or "gid" or "groups" =>
                $"changing to user {options.Uid} and group {options.Gid}{reason}: run as root, or leave the user unchanged",
            "user-ns" => $"user namespace ({what}){reason}: see kernel.unprivileged_userns_clone and user.max_user_namespaces, or run as root",
            "proc" => $"{what} for the root's /proc{reason}: it needs namespaces of the action's own and, in a user namespace, a /proc that no container has masked: "
                + "leave it to --special auto, or unmask it (docker: --security-opt systempaths=unconfined)",
            "statfs" => $"answering statfs by {what}{reason}: it needs seccomp with listeners (Linux 5.0), of which a process has one: use --special-statfs auto",
            "stdio" => $"opening {what} for the command's output{reason}",
            "cgroup" => $"joining the cgroup by {what}{reason}: it takes the right to write cgroup.procs there and in the cgroup above both: "
                + "delegate it (systemd: Delegate=yes), or run with --cgroup off",
            "spawn" => $"starting {what}{reason}",
            "init" => $"{what} ended without starting the command: see its message on standard error; does it belong to this vroot?",
            _ => $"setting up the action, step {step} ({what}){reason}",
        };
    }

    private static string DescribeExec(ActionOptions options, Errno error, string what, string reason) => error switch
    {
        Errno.ENOENT when !what.Contains('/', StringComparison.Ordinal) =>
            $"{what}: command not found in {SearchPath(options)} of the root",
        Errno.ENOENT => $"{what}: no such file in the root",
        Errno.ENOEXEC => $"{what}: not a program of this machine: neither an executable format that it knows nor a #! line{reason}",
        Errno.EACCES => $"{what}: permission denied: not an executable file, or its interpreter is none{reason}",
        Errno.E2BIG => $"{what}: arguments and environment are too long{reason}",
        _ => $"{what}: cannot execute{reason}",
    };

    private static string SearchPath(ActionOptions options) =>
        options.Environment.FirstOrDefault(entry => entry.StartsWith("PATH=", StringComparison.Ordinal))
            ?? "PATH=/bin:/usr/bin (none is set)";
}
