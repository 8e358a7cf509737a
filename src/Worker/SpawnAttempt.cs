using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>What became of a request to start vroot-init.</summary>
/// <param name="Init">The process, which the receiver disposes of; null: it could not be started.</param>
/// <param name="Error">Why not.</param>
/// <param name="What">What could not be had.</param>
internal sealed record SpawnAttempt(SpawnedInit? Init, Errno Error, string What);
