namespace VirtualRoot.Special;

/// <summary>Where /proc, /sys and /dev of a root come from.</summary>
/// <param name="Proc">/proc.</param>
/// <param name="Sys">/sys; never <see cref="SpecialMode.Kernel"/>.</param>
/// <param name="Dev">/dev; never <see cref="SpecialMode.Kernel"/>.</param>
public sealed record SpecialModes(SpecialMode Proc, SpecialMode Sys, SpecialMode Dev)
{
    /// <summary>The best that is allowed.</summary>
    public static SpecialModes Auto { get; } = new(SpecialMode.Auto, SpecialMode.Auto, SpecialMode.Auto);

    /// <summary>Ours, all three.</summary>
    public static SpecialModes Synthesized { get; } = new(SpecialMode.Synthesized, SpecialMode.Synthesized, SpecialMode.Synthesized);

    /// <summary>A real procfs. Neither a sysfs nor devices are an action's to have.</summary>
    public static SpecialModes Kernel { get; } = Auto with { Proc = SpecialMode.Kernel };

    /// <summary>None of the three.</summary>
    public static SpecialModes Off { get; } = new(SpecialMode.Off, SpecialMode.Off, SpecialMode.Off);

    /// <summary>Whether any of them is there.</summary>
    public bool IsAny => this != Off;
}
