using VirtualRoot.Serve.Tests.Operations;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>The memory of a daemon at one moment, as its metrics tell it.</summary>
/// <param name="Resident">Bytes in memory, all in all.</param>
/// <param name="Live">Bytes of the managed heap that the last full collection found in use.</param>
/// <param name="Cached">Bytes that caches hold, which they may.</param>
internal sealed record DaemonMemory(long Resident, long Live, long Cached)
{
    // What the collector has not given back yet; and for each cached byte one more, which it lets the heap grow by.
    private const long SpareResident = 96L << 20;

    // The last 1,000 finished operations, their results in them, and a heap that no full collection had seen before: some 10 MiB.
    // A leak of 8 KiB in each action is more than that in ten minutes.
    private const long SpareLive = 24L << 20;

    /// <summary>The memory now.</summary>
    public static async Task<DaemonMemory> OfAsync(StatusClient client)
    {
        Dictionary<string, double> metrics = await client.MetricsAsync();
        return new DaemonMemory(
            (long)metrics["process_resident_memory_bytes"],
            (long)metrics["vroot_managed_live_bytes"],
            (long)(metrics["vroot_cache_memory_bytes{kind=\"file\"}"] + metrics["vroot_cache_memory_bytes{kind=\"directory\"}"]));
    }

    /// <summary>Whether there is more than caches and the collector explain.</summary>
    public bool HasGrownFrom(DaemonMemory before)
    {
        long cached = Cached - before.Cached;
        return Live - before.Live > cached + SpareLive || Resident - before.Resident > (2 * cached) + SpareResident;
    }

    public override string ToString() => $"{Resident >> 20} MiB (heap in use {Live >> 20}, cached {Cached >> 20})";
}
