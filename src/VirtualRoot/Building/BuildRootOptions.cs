using VirtualRoot.Outputs;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Building;

/// <summary>One root of a build directory.</summary>
public sealed record BuildRootOptions
{
    /// <summary>Which inputs, whose, and how much may be written.</summary>
    public required RootOptions Root { get; init; }

    /// <summary>Where the root's /proc, /sys and /dev come from.</summary>
    public SpecialModes Special { get; init; } = SpecialModes.Auto;

    /// <summary>The machine that /proc and /sys tell of.</summary>
    public MachineLimits Limits { get; init; } = new();

    /// <summary>The outputs wanted: the directories that lead there are made, and files are hashed as they are closed. null:
    /// they are named when they are captured.</summary>
    public OutputRequest? Outputs { get; init; }
}
