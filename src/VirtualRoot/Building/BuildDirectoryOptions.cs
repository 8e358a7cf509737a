using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Building;

/// <summary>How a build directory is served.</summary>
public sealed record BuildDirectoryOptions
{
    /// <summary>The existing directory to mount on.</summary>
    public required string Directory { get; init; }

    /// <summary>The directory in which the daemon's private folder is made: what actions write.</summary>
    public required string ScratchParent { get; init; }

    /// <summary>Roots at one time, those included that are still being removed.</summary>
    public int MaxRoots { get; init; } = 1024;

    /// <summary>How to mount.</summary>
    public FuseMountOptions Mount { get; init; } = new();

    /// <summary>How to serve.</summary>
    public FuseSessionOptions Session { get; init; } = new();

    /// <summary>The clock of written files.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where to log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
