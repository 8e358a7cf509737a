using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>What became of the <see cref="SpecialSupport"/> that an action asked for.</summary>
/// <param name="Proc">Of a real procfs: Success: it is there; null: it was not asked for; else why it could not be had.</param>
/// <param name="Statfs">The same of statfs's answers.</param>
public readonly record struct SpecialSupportReport(Errno? Proc, Errno? Statfs)
{
    /// <summary>The best that was had: <c>kernel</c>, <c>seccomp</c> or <c>plain</c>.</summary>
    public string Tier => Proc == Errno.Success ? "kernel" : Statfs == Errno.Success ? "seccomp" : "plain";
}
