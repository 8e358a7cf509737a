using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.Nodes;

/// <summary>
/// The nodes that the kernel holds references to, by FUSE node id. An id is a slot's index in its low 32 bits and the
/// slot's generation above, so that a freed slot's next node has another id and a stale id is noticed.
/// <para>Lock order: any lock that guards names, then this table's, which is a leaf. Reading is lock-free.</para>
/// </summary>
public sealed class NodeTable
{
    /// <summary>FUSE_ROOT_ID: the node id of the mount's top directory, given once and never freed.</summary>
    public const ulong RootId = 1;

    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly Lock _lock = new();
    private readonly Stack<uint> _free = new();
    private Slot[]?[] _chunks = new Slot[]?[16];
    private uint _next = 2;
    private int _count;

    /// <summary>A table whose node 1 is <paramref name="root"/>.</summary>
    public NodeTable(Node root)
    {
        _chunks[0] = new Slot[ChunkSize];
        _chunks[0]![RootId].Node = root;
        root.NodeId = RootId;
        root.LookupCount = 1;
        _count = 1;
    }

    /// <summary>Nodes that the kernel knows now, the root included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The node that <paramref name="nodeId"/> names; false for an id that was never given or is stale.</summary>
    public bool TryGet(ulong nodeId, [NotNullWhen(true)] out Node? node)
    {
        uint index = (uint)nodeId;
        Slot[]?[] chunks = Volatile.Read(ref _chunks);
        uint chunk = index >> ChunkBits;
        node = chunk < (uint)chunks.Length && chunks[chunk] is { } slots
            ? Volatile.Read(ref slots[index & (ChunkSize - 1)].Node)
            : null;
        return node is not null && node.NodeId == nodeId;
    }

    /// <summary>Counts one reference for a reply that names <paramref name="node"/>. Call it under the lock that guards
    /// the node's name, before the reply is written.</summary>
    /// <returns>The node's id.</returns>
    public ulong Reference(Node node)
    {
        lock (_lock)
        {
            if (node.NodeId == 0)
            {
                Insert(node);
            }

            node.LookupCount++;
            return node.NodeId;
        }
    }

    /// <summary>Drops <paramref name="lookups"/> references (FORGET). An unknown id is ignored: the kernel cannot be told.</summary>
    public void Forget(ulong nodeId, ulong lookups)
    {
        Node? node;
        lock (_lock)
        {
            if (nodeId == RootId || !TryGet(nodeId, out node))
            {
                return;
            }

            node.LookupCount -= Math.Min(lookups, node.LookupCount);
            if (node.LookupCount != 0)
            {
                return;
            }

            uint index = (uint)nodeId;
            ref Slot slot = ref _chunks[index >> ChunkBits]![index & (ChunkSize - 1)];
            slot.Node = null;
            slot.Generation++;
            node.NodeId = 0;
            _free.Push(index);
            _count--;
        }

        node.OnForgotten();
    }

    private void Insert(Node node)
    {
        if (!_free.TryPop(out uint index))
        {
            index = _next++;
            uint chunk = index >> ChunkBits;
            if (chunk == _chunks.Length)
            {
                Slot[]?[] larger = new Slot[]?[_chunks.Length * 2];
                _chunks.CopyTo(larger, 0);
                Volatile.Write(ref _chunks, larger);
            }

            _chunks[chunk] ??= new Slot[ChunkSize];
        }

        ref Slot slot = ref _chunks[index >> ChunkBits]![index & (ChunkSize - 1)];
        node.NodeId = ((ulong)slot.Generation << 32) | index;
        Volatile.Write(ref slot.Node, node);
        _count++;
    }

    private struct Slot
    {
        public Node? Node;
        public uint Generation;
    }
}
