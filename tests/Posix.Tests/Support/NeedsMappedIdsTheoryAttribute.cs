namespace VirtualRoot.Posix.Tests.Support;

/// <summary>A theory that needs also newuidmap and the files that give it ranges of ids.</summary>
public sealed class NeedsMappedIdsTheoryAttribute : NeedsPeopleTheoryAttribute
{
    public NeedsMappedIdsTheoryAttribute() => Skip ??= Missing(("/usr/bin/newuidmap", "uidmap"), ("/etc/subuid", "passwd"), ("/etc/subgid", "passwd"));
}
