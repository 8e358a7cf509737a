using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Special;
using VirtualRoot.Special.Trace;
using VirtualRoot.Tree;

namespace VirtualRoot.Mounting;

/// <summary>How one root is mounted.</summary>
public sealed record MountedRootOptions
{
    /// <summary>Which root.</summary>
    public required RootOptions Root { get; init; }

    /// <summary>An existing directory to mount on; null for a private one below <see cref="ScratchParent"/>.</summary>
    public string? MountPoint { get; init; }

    /// <summary>The directory in which the root's private folder is made: what the action writes, and the private mount
    /// point.</summary>
    public required string ScratchParent { get; init; }

    /// <summary>Where the root's /proc, /sys and /dev come from.</summary>
    public SpecialModes Special { get; init; } = SpecialModes.Auto;

    /// <summary>The machine that /proc and /sys tell of.</summary>
    public MachineLimits Limits { get; init; } = new();

    /// <summary>Where to count which special paths are used; null: nowhere.</summary>
    public SpecialTrace? Trace { get; init; }

    /// <summary>Whether the mount's source tells the private folder to others, who look for the control socket in it.</summary>
    public bool TellsFolder { get; init; }

    /// <summary>How to mount.</summary>
    public FuseMountOptions Mount { get; init; } = new();

    /// <summary>How to serve.</summary>
    public FuseSessionOptions Session { get; init; } = new();

    /// <summary>The clock of written files.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where to log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
