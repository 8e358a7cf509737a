using VirtualRoot.Special;
using VirtualRoot.Tree;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Running;

/// <summary>Where the special directories of a run came from: for each <c>kernel</c>, <c>synthesized</c>, <c>passthrough</c>,
/// <c>off</c>, or <c>input</c> where the inputs ship something else than a directory.</summary>
/// <param name="Proc">/proc.</param>
/// <param name="Sys">/sys.</param>
/// <param name="Dev">/dev.</param>
/// <param name="Support">What the kernel added.</param>
internal sealed record SpecialSummary(string Proc, string Sys, string Dev, SpecialSupportReport Support)
{
    public static SpecialSummary Of(SpecialModes modes, AttachedSpecials shown, SpecialSupportReport support) => new(
        support.Proc == Linux.Errno.Success ? "kernel" : Of(modes.Proc, shown.Proc),
        Of(modes.Sys, shown.Sys),
        Of(modes.Dev, shown.Dev),
        support);

    private static string Of(SpecialMode mode, bool isShown) => mode switch
    {
        SpecialMode.Off => "off",
        _ when !isShown => "input",
        SpecialMode.Passthrough => "passthrough",
        _ => "synthesized",
    };
}
