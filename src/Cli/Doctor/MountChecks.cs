using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Cli.Doctor;

/// <summary>
/// What mounting needs. For runs there are two ways, one of which is enough, so what the other one needs is optional;
/// fusermount3 serves <c>vroot mount</c> of an ordinary user.
/// </summary>
internal static class MountChecks
{
    public static IEnumerable<CheckResult> Of(MountCapabilities mounting)
    {
        bool hasAWay = mounting.CanMountDirectly || mounting.CanUseUserNamespace;
        foreach (MountPrerequisite prerequisite in mounting.All)
        {
            CheckState state = prerequisite.IsMet ? CheckState.Works
                : hasAWay || prerequisite == mounting.UserAllowOther || prerequisite == mounting.Fusermount ? CheckState.Optional
                : CheckState.Fails;
            yield return new CheckResult(prerequisite.Name, state, prerequisite.Detail, prerequisite.Remedy);
        }

        string way = mounting.CanMountDirectly ? "directly, by mount(2)"
            : mounting.CanUseUserNamespace ? "in a user namespace"
            : "no way is open";
        yield return new CheckResult("way to mount", hasAWay ? CheckState.Works : CheckState.Fails, way, hasAWay ? "" : "see what fails above");
    }
}
