using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.Special;

/// <summary>
/// The children of a directory that the kernel knows now. A name keeps its node, and so its node id, for as long as the
/// kernel refers to it; then it is dropped. The lock guards the names and is taken before the node table's.
/// </summary>
internal sealed class SpecialChildren<TKey>(SpecialNodes table)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, SpecialNode> _live = [];

    /// <summary>The child called <paramref name="key"/>, made if need be, with one reference counted.</summary>
    public SpecialNode Reference<TState>(TKey key, TState state, Func<TKey, TState, SpecialNode> create)
    {
        lock (_lock)
        {
            if (!_live.TryGetValue(key, out SpecialNode? node))
            {
                node = create(key, state);
                node.Forgotten = forgotten => Drop(key, forgotten);
                _live.Add(key, node);
            }

            table.Reference(node);
            return node;
        }
    }

    /// <summary>The child called <paramref name="key"/>, if the kernel knows it, with one reference counted.</summary>
    public bool TryReference(TKey key, [NotNullWhen(true)] out SpecialNode? node)
    {
        lock (_lock)
        {
            if (_live.TryGetValue(key, out node))
            {
                table.Reference(node);
            }

            return node is not null;
        }
    }

    private void Drop(TKey key, SpecialNode node)
    {
        lock (_lock)
        {
            if (!node.IsReferenced && _live.TryGetValue(key, out SpecialNode? live) && ReferenceEquals(live, node))
            {
                _live.Remove(key);
            }
        }
    }
}
