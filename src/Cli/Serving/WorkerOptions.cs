using Microsoft.Extensions.Logging;
using VirtualRoot.Special;
using VirtualRoot.Tree;
using VirtualRoot.Worker;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Serving;

/// <summary>How the worker of <c>vroot serve</c> runs every action, unless the action's platform says otherwise.</summary>
internal sealed record WorkerOptions
{
    /// <summary>The value of <see cref="Cgroup"/> that leaves the choice to us.</summary>
    public const string OwnCgroup = "auto";

    /// <summary>Whose roots are, how much may be written, and what a write to an input does. The input root is each action's.</summary>
    public required RootOptions Root { get; init; }

    /// <summary>The user that actions run as; null: the daemon's own.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group that actions run as; null: the daemon's own.</summary>
    public uint? Gid { get; init; }

    /// <summary>Where /proc, /sys and /dev of roots come from.</summary>
    public SpecialModes Special { get; init; } = SpecialModes.Auto;

    /// <summary>Whether statfs tells their own types.</summary>
    public StatfsAnswers StatfsAnswers { get; init; }

    /// <summary>The machine that /proc and /sys tell of.</summary>
    public MachineLimits Limits { get; init; } = new();

    /// <summary>Whether actions have the network of this machine.</summary>
    public bool Network { get; init; } = true;

    /// <summary>Limits of each process of an action. No core files: they would be written into the root, and lost with it.</summary>
    public IReadOnlyList<ResourceLimit> ProcessLimits { get; init; } = [new ResourceLimit(LimitedResource.Core, 0, 0)];

    /// <summary>The directory of the cgroup in which each action gets one: <see cref="OwnCgroup"/>: the daemon's, if it was
    /// delegated; null: none.</summary>
    public string? Cgroup { get; init; }

    /// <summary>What all processes of an action may use together, where it has a cgroup: what <see cref="Limits"/> tell, and more.</summary>
    public CgroupLimits CgroupLimits { get; init; } = new();

    /// <summary>Whether TMPDIR=/tmp is added to an environment that has none.</summary>
    public bool SetTemporaryDirectory { get; init; }

    /// <summary>The most by which an action may outlast its time limit because it waited for inputs: a CAS that answers, but
    /// never enough, must not hold a slot for ever.</summary>
    public TimeSpan MaxInputWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Bytes of standard output, and of standard error, that stand in a result; longer ones are blobs.</summary>
    public int MaxInlineTextBytes { get; init; } = 16 * 1024;

    /// <summary>Told of the special directories' tier of each command that was started; null: nobody is.</summary>
    public Action<string>? TierTaken { get; init; }

    /// <summary>Where to log.</summary>
    public required ILogger Logger { get; init; }
}
