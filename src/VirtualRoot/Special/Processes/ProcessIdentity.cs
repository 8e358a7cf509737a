namespace VirtualRoot.Special.Processes;

/// <summary>A process or thread for all time: its number in the daemon's PID namespace, which may be given again, and its
/// start time in clock ticks since boot (field 22 of <c>/proc/PID/stat</c>).</summary>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime);
