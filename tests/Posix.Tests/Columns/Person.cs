namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>As whom a catalogue runs.</summary>
public enum Person
{
    Root,

    /// <summary>A user without any capability.</summary>
    User,

    /// <summary>That user as the only id of a user namespace.</summary>
    OneId,

    /// <summary>That user as uid 0 of a user namespace of 65,536 ids.</summary>
    MappedIds,
}
