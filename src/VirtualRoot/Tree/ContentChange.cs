using VirtualRoot.Scratch;

namespace VirtualRoot.Tree;

/// <summary>A change of a written file's bytes under way: its descriptor, and the space set aside for it. The default value is none.</summary>
/// <param name="Use">The scratch file's descriptor.</param>
/// <param name="Reserved">Bytes taken from the quota until the change ends.</param>
internal readonly record struct ContentChange(DescriptorUse Use, long Reserved)
{
    /// <summary>There is none: the blob must be copied first.</summary>
    public bool IsNone => Use.Handle is null;
}
