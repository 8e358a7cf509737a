namespace VirtualRoot.CasClient.Results;

/// <summary>What an action used by its own cgroup's account (<c>vroot.usage.v1.CgroupUsage</c>).</summary>
/// <param name="UserTime">Of all its processes.</param>
/// <param name="SystemTime">Of all its processes.</param>
/// <param name="PeakMemoryBytes">The most at one time; 0: not told.</param>
/// <param name="OutOfMemoryKills">Processes that were killed for want of memory.</param>
/// <param name="RefusedForks">Forks that were refused at the bound of processes.</param>
public sealed record CgroupUsage(TimeSpan UserTime, TimeSpan SystemTime, long PeakMemoryBytes, long OutOfMemoryKills, long RefusedForks);
