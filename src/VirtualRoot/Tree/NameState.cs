namespace VirtualRoot.Tree;

/// <summary>What a directory knows of a name.</summary>
internal enum NameState
{
    /// <summary>There is such an entry.</summary>
    Present,

    /// <summary>There is none.</summary>
    Absent,

    /// <summary>The input's listing must be loaded first.</summary>
    NotLoaded,
}
