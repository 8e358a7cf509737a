namespace VirtualRoot.Tree;

/// <summary>
/// Where <c>st_ino</c> comes from. An input's number is a function of its path in the mount, so that it survives FORGET and
/// is the same whenever the root is mounted at that place; what an action creates is numbered in order. The two never meet
/// (bit 62), and numbers below 4,096 are left to the special directories and to a mount's top.
/// </summary>
internal sealed class InodeNumbers
{
    /// <summary>The top directory of a mount.</summary>
    public const ulong MountTop = 2;

    // Numbers that one root may give: a mount's next root begins behind them.
    private const int CreatedBits = 38;

    private const ulong CreatedBit = 1UL << 62;
    private const ulong Reserved = 4096;
    private readonly ulong _first;
    private ulong _created;

    /// <summary>The numbers of a root that is a whole mount.</summary>
    public InodeNumbers()
        : this(MountTop, 0)
    {
    }

    /// <summary>The numbers of one of several roots.</summary>
    /// <param name="top">Its top directory's.</param>
    /// <param name="ordinal">Which root of its mount it is; 16 million roots differ.</param>
    public InodeNumbers(ulong top, uint ordinal)
    {
        Top = top;
        _first = ((ulong)ordinal << CreatedBits) & (CreatedBit - 1);
    }

    /// <summary>The root's top directory.</summary>
    public ulong Top { get; }

    /// <summary>The number of a file or directory that the action creates.</summary>
    public ulong NextCreated() => CreatedBit | (_first + Interlocked.Increment(ref _created));

    /// <summary>The number of the input called <paramref name="name"/> in the directory numbered <paramref name="parent"/>:
    /// 64-bit FNV-1a over both, finished by the mixer of SplitMix64. Among a million inputs two numbers agree with a
    /// probability of 1e-7.</summary>
    public static ulong OfInput(ulong parent, ReadOnlySpan<byte> name)
    {
        ulong hash = 14695981039346656037UL ^ parent;
        hash *= 1099511628211UL;
        foreach (byte b in name)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        hash = (hash ^ (hash >> 31)) & (CreatedBit - 1);
        return hash < Reserved ? hash + Reserved : hash;
    }
}
