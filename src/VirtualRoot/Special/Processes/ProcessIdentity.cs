namespace VirtualRoot.Special.Processes;

/// <summary>A process or thread for all time: its number in the daemon's PID namespace, which may be given again, and its
/// <see cref="TaskMark"/>, which may not.</summary>
internal readonly record struct ProcessIdentity(int Pid, ulong Mark);
