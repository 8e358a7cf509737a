using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>Counters of a <see cref="FuseSession"/> at one moment.</summary>
/// <param name="Requests">Requests by opcode; opcodes that never came are left out, unknown ones are under 0.</param>
/// <param name="Errors">Replies with an errno, by opcode. ENOENT of a lookup is one, too.</param>
/// <param name="BytesRead">Bytes that READ answered.</param>
/// <param name="BytesWritten">Bytes that WRITE brought.</param>
/// <param name="Deferred">Requests whose reply came later.</param>
public sealed record FuseStatisticsSnapshot(
    IReadOnlyDictionary<FuseOpcode, long> Requests,
    IReadOnlyDictionary<FuseOpcode, long> Errors,
    long BytesRead,
    long BytesWritten,
    long Deferred)
{
    /// <summary>Requests in all.</summary>
    public long TotalRequests => Requests.Values.Sum();
}
