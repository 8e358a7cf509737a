namespace VirtualRoot.Tree;

/// <summary>Which of /proc, /sys and /dev a root shows: those that are on, and that its inputs do not ship as anything but
/// a directory.</summary>
public sealed record AttachedSpecials
{
    /// <summary>/proc.</summary>
    public bool Proc { get; init; }

    /// <summary>/sys.</summary>
    public bool Sys { get; init; }

    /// <summary>/dev.</summary>
    public bool Dev { get; init; }

    /// <summary>Whether the inputs ship names below /proc, which a real procfs would hide.</summary>
    public bool HasInputsInProc { get; init; }
}
