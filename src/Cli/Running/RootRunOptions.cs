using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Outputs;
using VirtualRoot.Special;
using VirtualRoot.Special.Trace;
using VirtualRoot.Tree;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Running;

/// <summary>One command in one root.</summary>
internal sealed record RootRunOptions
{
    /// <summary>The root.</summary>
    public required RootOptions Root { get; init; }

    /// <summary>The command and its arguments, byte-exact text.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Its whole environment.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Its working directory in the root.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Where the root's /proc, /sys and /dev come from.</summary>
    public SpecialModes Special { get; init; } = SpecialModes.Auto;

    /// <summary>Whether statfs tells their own types.</summary>
    public StatfsAnswers StatfsAnswers { get; init; }

    /// <summary>The machine that /proc and /sys tell of.</summary>
    public MachineLimits Limits { get; init; } = new();

    /// <summary>Limits of each process of the command.</summary>
    public IReadOnlyList<ResourceLimit> ProcessLimits { get; init; } = [];

    /// <summary>Where to count which special paths are used; null: nowhere.</summary>
    public SpecialTrace? Trace { get; init; }

    /// <summary>Where private folders are made.</summary>
    public required string ScratchParent { get; init; }

    /// <summary>The command's standard output; null: ours.</summary>
    public SafeFileHandle? Stdout { get; init; }

    /// <summary>The outputs to capture; null: no result is made.</summary>
    public OutputRequest? Outputs { get; init; }

    /// <summary>Whether standard output and standard error go into the result, besides to the caller's.</summary>
    public bool CaptureOutput { get; init; }

    /// <summary>Where to log.</summary>
    public required ILogger Logger { get; init; }
}
