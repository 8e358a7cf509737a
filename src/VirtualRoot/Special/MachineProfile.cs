namespace VirtualRoot.Special;

/// <summary>Which machine /proc and /sys tell of.</summary>
public enum MachineProfile
{
    /// <summary>This one, cut to the action's limits.</summary>
    Live,

    /// <summary>One that is always the same: processors, times, load, boot id, host name, kernel version.</summary>
    Hermetic,
}
