using System.Numerics;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>While it lives, the calling thread, and so what it starts, may run on the first few of its processors only.
/// sched_getaffinity then agrees with what /proc and /sys tell the action, which asks both.</summary>
internal readonly ref struct ProcessorRestriction
{
    private const int Words = 128; // 8,192 processors, the kernel's most

    private readonly ulong[]? _before;

    /// <summary>Restricts the thread to <paramref name="count"/> processors; null: leaves it alone.</summary>
    public ProcessorRestriction(int? count)
    {
        ulong[] mask = new ulong[Words];
        if (count is not { } wanted || Syscall.SchedGetAffinity(mask) < 0)
        {
            return;
        }

        ulong[] restricted = [.. mask];
        for (int word = 0; word < Words; word++)
        {
            while (BitOperations.PopCount(restricted[word]) > Math.Max(0, wanted))
            {
                restricted[word] ^= 1ul << (63 - BitOperations.LeadingZeroCount(restricted[word]));
            }

            wanted -= BitOperations.PopCount(restricted[word]);
        }

        if (Syscall.SchedSetAffinity(restricted) == 0)
        {
            _before = mask;
        }
    }

    /// <summary>Gives the thread its processors back.</summary>
    public void Dispose()
    {
        if (_before is not null)
        {
            _ = Syscall.SchedSetAffinity(_before); // the set that it had a moment ago
        }
    }
}
