using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <summary>Attributes of a node that was created or changed by the action. An untouched input has none: its attributes
/// come from the listing that names it. Protected by the root's gate.</summary>
internal sealed class NodeMetadata
{
    public uint Permissions;
    public uint Uid;
    public uint Gid;
    public NodeTime AccessTime;
    public NodeTime ModificationTime;
    public NodeTime ChangeTime;
    public NodeTime BirthTime;

    /// <summary>user.* extended attributes; null: none.</summary>
    public ExtendedAttributes? ExtendedAttributes;
}
