namespace VirtualRoot.Special;

/// <summary>Where one of /proc, /sys and /dev comes from.</summary>
public enum SpecialMode
{
    /// <summary>The best that is allowed: for /proc of an action the kernel's, else synthesized.</summary>
    Auto,

    /// <summary>From the allow-list of our own nodes.</summary>
    Synthesized,

    /// <summary>As <see cref="Synthesized"/> for processes, and all else from the daemon's own directory, to read: for debugging.</summary>
    Passthrough,

    /// <summary>A real procfs in namespaces of the action's own, or the action is not run. /proc only.</summary>
    Kernel,

    /// <summary>Not there: what the inputs ship is an ordinary directory.</summary>
    Off,
}
