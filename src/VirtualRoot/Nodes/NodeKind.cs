namespace VirtualRoot.Nodes;

/// <summary>A node's file type: the S_IFMT part of <c>st_mode</c>.</summary>
public enum NodeKind : uint
{
    /// <summary>S_IFIFO.</summary>
    Fifo = 0x1000,

    /// <summary>S_IFCHR.</summary>
    CharacterDevice = 0x2000,

    /// <summary>S_IFDIR.</summary>
    Directory = 0x4000,

    /// <summary>S_IFBLK.</summary>
    BlockDevice = 0x6000,

    /// <summary>S_IFREG.</summary>
    File = 0x8000,

    /// <summary>S_IFLNK.</summary>
    Symlink = 0xa000,

    /// <summary>S_IFSOCK.</summary>
    Socket = 0xc000,
}
