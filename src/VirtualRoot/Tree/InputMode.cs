namespace VirtualRoot.Tree;

/// <summary>What a write to an input does.</summary>
public enum InputMode
{
    /// <summary>The file is copied to the scratch directory first (the default); the CAS never changes.</summary>
    CopyOnWrite,

    /// <summary>EACCES; an input can still be unlinked or replaced.</summary>
    ReadOnly,
}
