namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>Who runs the catalogue in a root, and how the root got there; each is compared with a plain directory of the same user.</summary>
public enum Column
{
    /// <summary>root, on a mount of root's <c>vroot mount</c>.</summary>
    MountByRoot,

    /// <summary>An ordinary user, on a mount that fusermount3 made for their <c>vroot mount</c>.</summary>
    MountByUser,

    /// <summary>root, chrooted by <c>vroot run</c>.</summary>
    RunByRoot,

    /// <summary>An ordinary user's <c>vroot run</c>, whose user namespace has one id.</summary>
    RunByUser,

    /// <summary><c>vroot run</c> in a user namespace to which newuidmap and newgidmap gave 65,536 ids.</summary>
    RunWithMappedIds,
}
