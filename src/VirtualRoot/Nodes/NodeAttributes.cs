namespace VirtualRoot.Nodes;

/// <summary>What stat(2) tells of a node, without any wire format.</summary>
public struct NodeAttributes
{
    /// <summary><c>st_ino</c>: the same for as long as the file exists, also after the kernel forgot the node.</summary>
    public ulong Inode;

    /// <summary>The file type.</summary>
    public NodeKind Kind;

    /// <summary>Permission bits with setuid, setgid and sticky: 07777.</summary>
    public uint Permissions;

    /// <summary><c>st_nlink</c>.</summary>
    public uint Links;

    /// <summary><c>st_uid</c>.</summary>
    public uint Uid;

    /// <summary><c>st_gid</c>.</summary>
    public uint Gid;

    /// <summary><c>st_rdev</c> of a device node, as the kernel's new_encode_dev writes it; else 0.</summary>
    public uint Device;

    /// <summary><c>st_size</c> in bytes.</summary>
    public ulong Size;

    /// <summary><c>st_blocks</c>, in units of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Last access.</summary>
    public NodeTime AccessTime;

    /// <summary>Last change of the data.</summary>
    public NodeTime ModificationTime;

    /// <summary>Last change of the attributes.</summary>
    public NodeTime ChangeTime;

    /// <summary>Creation (statx <c>stx_btime</c>).</summary>
    public NodeTime BirthTime;
}
