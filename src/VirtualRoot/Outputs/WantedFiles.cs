using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>Tells, from its node alone, whether a file is an output or lies below one. Only a hint: a directory that the
/// action removed and made anew is not known any more.</summary>
internal sealed class WantedFiles
{
    // With more names in one directory, all that is in it is taken for wanted: a search would cost more than a needless hash.
    private const int MaxNames = 16;

    private readonly Dictionary<TreeDirectory, List<byte[]>> _names = [];
    private bool _all;

    /// <summary>Adds the output called <paramref name="name"/> in <paramref name="directory"/>; null: the root itself.</summary>
    public void Add(TreeDirectory? directory, byte[]? name)
    {
        if (directory is null || name is null)
        {
            _all = true;
        }
        else if (_names.TryGetValue(directory, out List<byte[]>? names))
        {
            names.Add(name);
        }
        else
        {
            _names.Add(directory, [name]);
        }
    }

    /// <summary>Whether <paramref name="file"/> is wanted. Under the gate.</summary>
    public bool Contains(TreeFile file)
    {
        if (_all || file.IsLog)
        {
            return !file.IsLog;
        }

        TreeNode node = file;
        for (TreeDirectory? directory = file.Container; directory is not null && directory != node; directory = directory.Parent)
        {
            if (IsNamed(directory, node))
            {
                return true;
            }

            node = directory;
        }

        return false;
    }

    private bool IsNamed(TreeDirectory directory, TreeNode node) =>
        _names.TryGetValue(directory, out List<byte[]>? names)
        && (names.Count > MaxNames || names.Exists(name => directory.Peek(name, out TreeNode? named, out _, out _) == NameState.Present && named == node));
}
