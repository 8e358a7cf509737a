using VirtualRoot.Special;

namespace VirtualRoot.Tree;

/// <summary>An open directory: what it listed beyond its inputs when reading began, so that offsets stay good while names
/// come and go.</summary>
internal sealed class DirectoryHandle
{
    /// <summary>Names that the action made, as of the last read from the beginning.</summary>
    public byte[][] UpperNames { get; set; } = [];

    /// <summary>The offset at which the directory's own entries end and the synthesized ones begin.</summary>
    public ulong OwnEntries { get; set; }

    /// <summary>Synthesized names of a union directory; null until they were listed.</summary>
    public List<SpecialEntry>? SpecialEntries { get; set; }
}
