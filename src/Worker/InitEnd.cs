using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>The end of a vroot-init.</summary>
/// <param name="Report">All that it told; possibly nothing about the command, when it was killed itself.</param>
/// <param name="WaitStatus">Its own wait status; only of interest where the report has no end.</param>
/// <param name="Usage">What wait4 counted, for the same case.</param>
internal sealed record InitEnd(InitReport Report, int WaitStatus, KernelResourceUsage Usage);
