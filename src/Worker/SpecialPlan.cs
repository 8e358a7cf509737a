using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Worker;

/// <summary>What to ask the kernel for, for the special directories of one action (ADR 10).</summary>
public static class SpecialPlan
{
    /// <summary>The best that is allowed. A real procfs tells of the whole machine and hides what the inputs ship there, so
    /// <see cref="SpecialMode.Auto"/> asks for it only where nobody minds.</summary>
    /// <param name="modes">Where the directories come from.</param>
    /// <param name="shown">Which of them the root shows.</param>
    /// <param name="limits">The machine that they tell of.</param>
    /// <param name="statfs">Whether statfs is answered.</param>
    /// <param name="isMachinesRoot">Whether the action's uid 0 would be the machine's root.</param>
    public static SpecialSupport Make(SpecialModes modes, AttachedSpecials shown, MachineLimits limits, StatfsAnswers statfs, bool isMachinesRoot)
    {
        SpecialSupport support = SpecialSupport.None;
        bool isWholeMachine = limits is { Cpus: null, MemoryBytes: null, Profile: MachineProfile.Live };
        if (shown.Proc && (modes.Proc == SpecialMode.Kernel || (modes.Proc == SpecialMode.Auto && isWholeMachine && !shown.HasInputsInProc)))
        {
            support |= SpecialSupport.KernelProc
                | (isMachinesRoot ? SpecialSupport.ConfinedProc : SpecialSupport.None)
                | (modes.Proc == SpecialMode.Kernel ? SpecialSupport.RequiredProc : SpecialSupport.None);
        }

        if (statfs != StatfsAnswers.Off)
        {
            SpecialSupport answers = (shown.Proc ? SpecialSupport.AnswerProc : SpecialSupport.None)
                | (shown.Sys ? SpecialSupport.AnswerSys : SpecialSupport.None)
                | (shown.Dev ? SpecialSupport.AnswerDev : SpecialSupport.None);
            support |= answers | (answers != SpecialSupport.None && statfs == StatfsAnswers.On ? SpecialSupport.RequiredAnswers : SpecialSupport.None);
        }

        return support;
    }
}
