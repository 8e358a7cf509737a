namespace VirtualRoot.Special.Processes;

/// <summary>What a line of mountinfo shows at its mount point.</summary>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
/// <param name="Directory">Which directory of that file system; "/" for the whole, a character for each byte.</param>
internal readonly record struct MountTop(uint Major, uint Minor, string Directory);
