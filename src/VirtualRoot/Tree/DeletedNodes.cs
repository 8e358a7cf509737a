using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.Tree;

/// <summary>
/// Files without a name that are in use still, by the path that <c>/proc/PID/fd/N</c> tells of them: <c>/dir/name
/// (deleted)</c>, and <c>/dir/#INODE (deleted)</c> for one that never had a name (O_TMPFILE). In a real procfs that link
/// leads to the file itself; in a chroot the kernel looks the text up, so these names lead there, unlisted.
/// Protected by the root's gate.
/// </summary>
internal sealed class DeletedNodes
{
    private readonly Dictionary<TreeNode, (TreeDirectory Directory, byte[] Name)> _names = [];

    private static ReadOnlySpan<byte> Suffix => " (deleted)"u8;

    /// <summary>Whether <paramref name="name"/> may be one of these; what is not there now may be in a moment.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => name.EndsWith(Suffix);

    /// <summary><paramref name="node"/> was <paramref name="name"/> in <paramref name="directory"/> until now.</summary>
    public void Add(TreeNode node, TreeDirectory directory, ReadOnlySpan<byte> name) => _names[node] = (directory, name.ToArray());

    /// <summary>The node is gone, or has got a name.</summary>
    public void Remove(TreeNode node) => _names.Remove(node);

    /// <summary>The node that <paramref name="name"/> with its suffix stands for.</summary>
    public bool TryFind(TreeDirectory directory, ReadOnlySpan<byte> name, [NotNullWhen(true)] out TreeNode? node)
    {
        foreach ((TreeNode deleted, (TreeDirectory from, byte[] was)) in _names)
        {
            if (from == directory && name[..^Suffix.Length].SequenceEqual(was))
            {
                node = deleted;
                return true;
            }
        }

        node = null;
        return false;
    }
}
