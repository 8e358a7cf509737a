namespace VirtualRoot.Special;

/// <summary>What the special directories of one root need to know of it.</summary>
public sealed record SpecialOptions
{
    /// <summary>The path at which the root's top directory is mounted, as the daemon sees it: the prefix that links lose.</summary>
    public required string MountPoint { get; init; }

    /// <summary>Owner of the synthesized nodes that belong to no process.</summary>
    public uint Uid { get; init; }

    /// <summary>Group of the synthesized nodes that belong to no process.</summary>
    public uint Gid { get; init; }

    /// <summary>Where /proc, /sys and /dev come from.</summary>
    public SpecialModes Modes { get; init; } = SpecialModes.Auto;

    /// <summary>The machine that /proc and /sys tell of.</summary>
    public MachineLimits Limits { get; init; } = new();

    /// <summary>Whether the mount may hold real device nodes (a root mount without MS_NODEV). A mount in a user
    /// namespace may not: opening one gives EACCES, so the devices are emulated there.</summary>
    public bool RealDeviceNodes { get; init; }
}
