namespace VirtualRoot.Special.Machine;

/// <summary>Spells contents by the profile.</summary>
/// <param name="machine">The machine told of.</param>
internal sealed class MachineTexts(MachineModel machine)
{
    /// <summary>The host's file in the live profile; <paramref name="otherwise"/> in the hermetic one, and where the host has none.</summary>
    /// <param name="path">The path below /proc.</param>
    /// <param name="otherwise">The fixed text.</param>
    public IMachineContent HostOr(ReadOnlySpan<byte> path, string otherwise) =>
        machine.IsHermetic ? new FixedContent(otherwise) : new HostContent(path, otherwise);
}
