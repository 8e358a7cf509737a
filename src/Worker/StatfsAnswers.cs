namespace VirtualRoot.Worker;

/// <summary>Whether statfs(2) tells a special directory's own file system type, by seccomp user notification.</summary>
public enum StatfsAnswers
{
    /// <summary>Where it can be had.</summary>
    Auto,

    /// <summary>Or the action is not run.</summary>
    On,

    /// <summary>No filter is installed, so that the action may have a listener of its own.</summary>
    Off,
}
