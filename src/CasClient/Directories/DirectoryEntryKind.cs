namespace VirtualRoot.CasClient.Directories;

/// <summary>What an entry of a <see cref="DirectoryListing"/> is.</summary>
public enum DirectoryEntryKind : byte
{
    /// <summary>A regular file (REAPI <c>FileNode</c>).</summary>
    File,

    /// <summary>A directory (REAPI <c>DirectoryNode</c>).</summary>
    Directory,

    /// <summary>A symbolic link (REAPI <c>SymlinkNode</c>).</summary>
    Symlink,
}
