namespace VirtualRoot.Worker;

/// <summary>What a shell prints about a command that a signal ended.</summary>
internal static class SignalNames
{
    private static readonly string?[] s_names =
    [
        null, "Hangup", null, "Quit", "Illegal instruction", "Trace/breakpoint trap", "Aborted", "Bus error",
        "Floating point exception", "Killed", "User defined signal 1", "Segmentation fault", "User defined signal 2",
        null, "Alarm clock", "Terminated", "Stack fault", "Child exited", "Continued", "Stopped (signal)", "Stopped",
        "Stopped (tty input)", "Stopped (tty output)", "Urgent I/O condition", "CPU time limit exceeded",
        "File size limit exceeded", "Virtual timer expired", "Profiling timer expired", "Window changed",
        "I/O possible", "Power failure", "Bad system call",
    ];

    /// <summary>The shell's words for a signal.</summary>
    /// <param name="signal">1 to 64.</param>
    /// <returns>null for SIGINT and SIGPIPE: whoever sent them knows.</returns>
    public static string? Describe(int signal) =>
        signal < s_names.Length ? s_names[signal] : FormattableString.Invariant($"Real-time signal {signal - 34}");
}
