using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>A regular file among the outputs, or below one.</summary>
internal sealed class CapturedFile(string name, bool isExecutable, NodeProperties properties)
{
    public string Name { get; } = name;

    public bool IsExecutable { get; } = isExecutable;

    public NodeProperties Properties { get; } = properties;

    /// <summary>The content's digest: known from the beginning, or set once <see cref="Written"/> is hashed.</summary>
    public Digest Digest { get; set; }

    /// <summary>A written file, whose bytes are in scratch; null: the content is a blob already.</summary>
    public TreeFile? Written { get; init; }
}
