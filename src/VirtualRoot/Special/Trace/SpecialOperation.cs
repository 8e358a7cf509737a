namespace VirtualRoot.Special.Trace;

/// <summary>What a process did to a special path.</summary>
public enum SpecialOperation
{
    /// <summary>Looked the name up. The kernel keeps names that do not change, so it asks once for many uses.</summary>
    Lookup,

    /// <summary>Asked for attributes.</summary>
    Stat,

    /// <summary>Opened it, or was refused.</summary>
    Open,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Wrote.</summary>
    Write,

    /// <summary>Read a link.</summary>
    ReadLink,

    /// <summary>Listed a directory.</summary>
    List,
}
