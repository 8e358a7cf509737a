namespace VirtualRoot.Cli.Doctor;

/// <summary>How a thing is.</summary>
internal enum CheckState
{
    /// <summary>As it should be.</summary>
    Works,

    /// <summary>Not there, and something else serves instead, or only some uses need it.</summary>
    Optional,

    /// <summary>Missing.</summary>
    Fails,
}
