using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>Counters of a session, without locks.</summary>
public sealed class FuseStatistics
{
    // One cache line (64 bytes) for each counter: readers on several cores count at once.
    private const int Stride = 8;
    private const int Opcodes = 64;
    private const int ReadSlot = 2 * Opcodes;
    private const int WrittenSlot = ReadSlot + 1;
    private const int DeferredSlot = ReadSlot + 2;

    private readonly long[] _counters = new long[(DeferredSlot + 2) * Stride];

    /// <summary>The figures as they are now; not an instant's, since counting goes on meanwhile.</summary>
    public FuseStatisticsSnapshot Snapshot()
    {
        Dictionary<FuseOpcode, long> requests = [];
        Dictionary<FuseOpcode, long> errors = [];
        for (int i = 0; i < Opcodes; i++)
        {
            AddIfCounted(requests, i, i);
            AddIfCounted(errors, i, Opcodes + i);
        }

        return new FuseStatisticsSnapshot(requests, errors, Get(ReadSlot), Get(WrittenSlot), Get(DeferredSlot));
    }

    /// <summary>Requests with that opcode so far; unknown opcodes count as 0.</summary>
    public long RequestsOf(FuseOpcode opcode) => Get(SlotOf(opcode));

    internal void CountRequest(FuseOpcode opcode) => Add(SlotOf(opcode), 1);

    internal void CountError(FuseOpcode opcode) => Add(Opcodes + SlotOf(opcode), 1);

    internal void CountRead(long bytes) => Add(ReadSlot, bytes);

    internal void CountWritten(long bytes) => Add(WrittenSlot, bytes);

    internal void CountDeferred() => Add(DeferredSlot, 1);

    private static int SlotOf(FuseOpcode opcode) => (uint)opcode < Opcodes ? (int)opcode : 0;

    private void AddIfCounted(Dictionary<FuseOpcode, long> target, int opcode, int slot)
    {
        long count = Get(slot);
        if (count != 0)
        {
            target[(FuseOpcode)opcode] = count;
        }
    }

    private long Get(int slot) => Volatile.Read(ref _counters[(slot + 1) * Stride]);

    private void Add(int slot, long amount) => Interlocked.Add(ref _counters[(slot + 1) * Stride], amount);
}
