using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Cli.Doctor;

/// <summary>Every prerequisite, and a trial of the whole.</summary>
internal sealed class Diagnosis
{
    private Diagnosis(IReadOnlyList<CheckResult> checks, bool canRun)
    {
        Checks = checks;
        CanRun = canRun;
    }

    /// <summary>What was looked at, in the order of importance.</summary>
    public IReadOnlyList<CheckResult> Checks { get; }

    /// <summary>Whether <c>vroot run</c> works, here, now, for this user.</summary>
    public bool CanRun { get; }

    /// <summary>Looks and tries.</summary>
    public static async Task<Diagnosis> MakeAsync(CommonSettings settings, CancellationToken cancellationToken)
    {
        MountCapabilities mounting = MountCapabilities.Probe();
        List<CheckResult> checks =
        [
            MachineChecks.Kernel(),
            .. MountChecks.Of(mounting),
            MachineChecks.PidNamespaces(mounting),
            MachineChecks.Init(),
            MachineChecks.Zstd(),
            CacheCheck.Of(settings),
        ];
        if (settings.Cas is not null)
        {
            checks.Add(await CasCheck.OfAsync(settings, cancellationToken));
        }

        CheckResult trial = await Trial.RunAsync(settings, cancellationToken);
        checks.Add(trial);
        return new Diagnosis(checks, trial.State == CheckState.Works && checks.TrueForAll(check => check.State != CheckState.Fails));
    }
}
