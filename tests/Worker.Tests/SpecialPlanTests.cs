using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Worker.Tests;

public sealed class SpecialPlanTests
{
    private static readonly AttachedSpecials s_all = new() { Proc = true, Sys = true, Dev = true };
    private static readonly SpecialModes s_synthesized = new(SpecialMode.Synthesized, SpecialMode.Synthesized, SpecialMode.Synthesized);

    [Fact]
    public void Auto_NothingAsked_IsAllThereIs() =>
        Assert.Equal(SpecialSupport.KernelProc | SpecialSupport.Answers, Make(SpecialModes.Auto, s_all));

    [Fact]
    public void Auto_OfTheMachinesRoot_IsConfined() => Assert.Equal(
        SpecialSupport.KernelProc | SpecialSupport.ConfinedProc | SpecialSupport.Answers,
        SpecialPlan.Make(SpecialModes.Auto, s_all, new MachineLimits(), StatfsAnswers.Auto, isMachinesRoot: true));

    [Fact]
    public void Auto_WithLimits_StaysOurs()
    {
        foreach (MachineLimits limits in (MachineLimits[])[new() { Cpus = 1 }, new() { MemoryBytes = 1 << 30 }, new() { Profile = MachineProfile.Hermetic }])
        {
            Assert.Equal(SpecialSupport.Answers, Make(SpecialModes.Auto, s_all, limits));
        }
    }

    [Fact]
    public void Auto_WithInputsBelowProc_StaysOurs() => Assert.Equal(SpecialSupport.Answers, Make(SpecialModes.Auto, s_all with { HasInputsInProc = true }));

    [Fact]
    public void Synthesized_Asked_IsNoProcfs() => Assert.Equal(SpecialSupport.Answers, Make(s_synthesized, s_all));

    [Fact]
    public void Kernel_Asked_IsRequired()
    {
        SpecialModes kernel = SpecialModes.Auto with { Proc = SpecialMode.Kernel };
        Assert.Equal(SpecialSupport.KernelProc | SpecialSupport.RequiredProc | SpecialSupport.Answers, Make(kernel, s_all with { HasInputsInProc = true }));
    }

    [Fact]
    public void Off_OrShippedAsAFile_IsNothing()
    {
        Assert.Equal(SpecialSupport.None, Make(SpecialModes.Off, new AttachedSpecials()));
        Assert.Equal(SpecialSupport.AnswerDev, Make(SpecialModes.Auto, new AttachedSpecials { Dev = true }));
    }

    [Fact]
    public void Statfs_OnOrOff_IsRequiredOrNot()
    {
        Assert.Equal(SpecialSupport.None, SpecialPlan.Make(s_synthesized, s_all, new MachineLimits(), StatfsAnswers.Off, false));
        Assert.Equal(SpecialSupport.Answers | SpecialSupport.RequiredAnswers, SpecialPlan.Make(s_synthesized, s_all, new MachineLimits(), StatfsAnswers.On, false));
        Assert.Equal(SpecialSupport.None, SpecialPlan.Make(SpecialModes.Off, new AttachedSpecials(), new MachineLimits(), StatfsAnswers.On, false));
    }

    private static SpecialSupport Make(SpecialModes modes, AttachedSpecials shown, MachineLimits? limits = null) =>
        SpecialPlan.Make(modes, shown, limits ?? new MachineLimits(), StatfsAnswers.Auto, isMachinesRoot: false);
}
