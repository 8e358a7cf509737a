using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// Which descriptor's link a thread has read last. Both ends of a pipe have the same text, so the LOOKUP of <c>pipe:[7]</c>
/// does not say which end is meant; but the kernel sends it right after the READLINK, from the same thread. A hint, checked by
/// whoever uses it: what it forgets costs a search, which may take the other end.
/// </summary>
internal sealed class DescriptorFollowers
{
    private const int Slots = 256;

    private readonly Followed?[] _last = new Followed?[Slots];

    /// <summary>The caller reads the link of descriptor <paramref name="number"/> of <paramref name="process"/>.</summary>
    public void Tell(in Caller caller, ProcessIdentity process, int number) =>
        Volatile.Write(ref _last[caller.ThreadId % Slots], new Followed(caller.ThreadId, process, number));

    /// <summary>The descriptor of <paramref name="process"/> whose link the caller has read last.</summary>
    public bool TryGet(in Caller caller, ProcessIdentity process, out int number)
    {
        Followed? followed = Volatile.Read(ref _last[caller.ThreadId % Slots]);
        bool isKnown = followed is not null && followed.ThreadId == caller.ThreadId && followed.Process == process;
        number = isKnown ? followed!.Number : -1;
        return isKnown;
    }

    private sealed record Followed(int ThreadId, ProcessIdentity Process, int Number);
}
