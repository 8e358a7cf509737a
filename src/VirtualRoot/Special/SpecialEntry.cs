using VirtualRoot.Nodes;

namespace VirtualRoot.Special;

/// <summary>A listed name of a special directory.</summary>
/// <param name="Name">The name's bytes.</param>
/// <param name="Kind">The file type.</param>
/// <param name="Inode">The inode number that a stat of the name tells.</param>
public readonly record struct SpecialEntry(byte[] Name, NodeKind Kind, ulong Inode);
