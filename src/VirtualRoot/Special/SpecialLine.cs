using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special;

/// <summary>Numbers for <see cref="SpecialWork.Line"/>. A file of a process has its own: its inode number.</summary>
internal static class SpecialLine
{
    /// <summary>The text of exe, cwd, root and fd/N of one process: all of them wait while it is frozen in execve(2).</summary>
    public static ulong OfLinks(ProcessIdentity identity) => SpecialInode.Of(identity, "links"u8);
}
