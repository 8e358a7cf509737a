using VirtualRoot.Testing;
using VirtualRoot.Tools.Tests.Support;

namespace VirtualRoot.Tools.Tests;

/// <summary>
/// Commands of build tools in one Debian root, run with the kernel's own special directories, with ours and with none. What works with real
/// mounts works with ours, but for Exceptions.json.
/// </summary>
[Collection(ToolCollection.Name)]
public sealed class ToolTests(ToolMachine machine)
{
    [NeedsFuseTheory, Cases]
    public async Task Command_WithRealMounts_Works(string name, Privilege privilege)
    {
        ToolOutcome outcome = await machine.OutcomeAsync(name, Way.RealMounts, privilege);
        Assert.True(outcome is { Status: "0", Output.Length: > 0 }, $"{name}: {outcome}");
    }

    [NeedsFuseTheory, Cases]
    public async Task Command_WithOurs_DoesWhatItDoesWithRealMounts(string name, Privilege privilege)
    {
        ToolOutcome real = await machine.OutcomeAsync(name, Way.RealMounts, privilege);
        ToolOutcome ours = await machine.OutcomeAsync(name, Way.Ours, privilege);
        bool isException = ToolCatalogue.Exceptions.Any(exception => exception.Covers(name, privilege));
        Assert.True(ours.IsSameAs(real) != isException, isException
            ? $"{name} works as {privilege}: take it out of Exceptions.json and docs/special.md"
            : $"{name}, with real mounts: {real}\n\nwith ours: {ours}");
    }

    // As root alone: what a root without them lacks does not depend on who mounts it.
    [NeedsFuseTheory, Cases(RootOnly = true)]
    public async Task Command_WithoutSpecialDirectories_DiffersWhereItNeedsThem(string name, Privilege privilege)
    {
        ToolOutcome real = await machine.OutcomeAsync(name, Way.RealMounts, privilege);
        ToolOutcome without = await machine.OutcomeAsync(name, Way.Without, privilege);
        bool needs = ToolCatalogue.Cases[name].NeedsSpecial;
        Assert.True(without.IsSameAs(real) != needs, needs
            ? $"{name} works without special directories, too: take away its [special]"
            : $"{name} needs special directories: add [special]. With real mounts: {real}\n\nwithout: {without}");
    }
}
