using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>
/// A file system as the kernel sees it: one method per request of the FUSE protocol (<c>include/uapi/linux/fuse.h</c>,
/// names of <c>enum fuse_opcode</c>). Methods are called from reader threads, several at once, and must not block: an
/// answer from memory is filled into the <c>out</c> parameter or buffer and <see cref="FuseResult.Success"/> returned;
/// anything that may wait calls <see cref="FuseRequest.Defer"/>, starts its work elsewhere and returns
/// <see cref="FuseResult.Pending"/>. What is not overridden answers ENOSYS, which for several opcodes
/// (FLUSH, FSYNC, ACCESS, STATX, GETXATTR, COPY_FILE_RANGE …) tells the kernel not to ask again on this connection.
/// <para>Lookup counts: a reply that names a node (LOOKUP, MKNOD, MKDIR, SYMLINK, LINK, CREATE, TMPFILE, each entry of
/// READDIRPLUS) counts one reference, raised by the file system before it returns. If the kernel did not take the reply
/// (ENOENT: the request was interrupted), the session calls <see cref="Forget"/> for it, and Release for an open.</para>
/// </summary>
public interface IFuseFileSystem
{
    /// <summary>INIT was negotiated; called once, before any other method.</summary>
    void Initialize(FuseConnection connection)
    {
    }

    /// <summary>LOOKUP: a name in a directory. A negative answer that the kernel may cache is success with NodeId 0 and a validity.</summary>
    FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry);

    /// <summary>FORGET, BATCH_FORGET: the kernel drops <paramref name="lookups"/> references to a node. No reply; must not throw.</summary>
    void Forget(ulong nodeId, ulong lookups);

    /// <summary>GETATTR.</summary>
    FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes);

    /// <summary>SETATTR: chmod, chown, truncate, utimensat; <c>FuseSetAttrIn.Valid</c> says which.</summary>
    FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes);

    /// <summary>STATX (asked for the birth time alone).</summary>
    FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes);

    /// <summary>READLINK: the target into <paramref name="target"/> (4,096 bytes or more), without a NUL.</summary>
    FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length);

    /// <summary>SYMLINK.</summary>
    FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry);

    /// <summary>MKNOD.</summary>
    FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry);

    /// <summary>MKDIR.</summary>
    FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry);

    /// <summary>UNLINK.</summary>
    FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name);

    /// <summary>RMDIR.</summary>
    FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name);

    /// <summary>RENAME and RENAME2; <paramref name="flags"/> is RENAME_* (0 for RENAME).</summary>
    FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags);

    /// <summary>LINK: a new name for the node <paramref name="oldNodeId"/> in the request's directory.</summary>
    FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry);

    /// <summary>OPEN.</summary>
    FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open);

    /// <summary>CREATE: create and open in one.</summary>
    FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open);

    /// <summary>TMPFILE: an open file without a name (O_TMPFILE).</summary>
    FuseResult TemporaryFile(in FuseRequest request, in FuseCreateIn input, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = default;
        open = default;
        return Errno.EOPNOTSUPP;
    }

    /// <summary>READ: up to <c>buffer.Length</c> bytes (the size asked for) at <c>FuseReadIn.Offset</c>.</summary>
    FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length);

    /// <summary>WRITE. <paramref name="data"/> is valid only during the call.</summary>
    FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written);

    /// <summary>FLUSH, at each close(2). ENOSYS to the first stops it for the connection.</summary>
    FuseResult Flush(in FuseRequest request, in FuseFlushIn input) => Errno.ENOSYS;

    /// <summary>RELEASE: the last reference to an open file is gone. The reply is ignored by the kernel.</summary>
    FuseResult Release(in FuseRequest request, in FuseReleaseIn input);

    /// <summary>FSYNC.</summary>
    FuseResult Fsync(in FuseRequest request, in FuseFsyncIn input) => Errno.ENOSYS;

    /// <summary>OPENDIR.</summary>
    FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open);

    /// <summary>READDIR.</summary>
    FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer);

    /// <summary>READDIRPLUS.</summary>
    FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer);

    /// <summary>RELEASEDIR.</summary>
    FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input);

    /// <summary>FSYNCDIR.</summary>
    FuseResult FsyncDirectory(in FuseRequest request, in FuseFsyncIn input) => Errno.ENOSYS;

    /// <summary>STATFS.</summary>
    FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics);

    /// <summary>ACCESS; never asked with default_permissions.</summary>
    FuseResult Access(in FuseRequest request, in FuseAccessIn input) => Errno.ENOSYS;

    /// <summary>GETXATTR: a value into <paramref name="value"/>; an empty buffer asks for the length alone.</summary>
    FuseResult GetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        return Errno.ENOSYS;
    }

    /// <summary>LISTXATTR: names, each with its NUL; an empty buffer asks for the length alone.</summary>
    FuseResult ListExtendedAttributes(in FuseRequest request, Span<byte> names, out int length)
    {
        length = 0;
        return Errno.ENOSYS;
    }

    /// <summary>SETXATTR; <paramref name="flags"/> is XATTR_CREATE or XATTR_REPLACE.</summary>
    FuseResult SetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) => Errno.ENOSYS;

    /// <summary>REMOVEXATTR.</summary>
    FuseResult RemoveExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <summary>FALLOCATE.</summary>
    FuseResult Allocate(in FuseRequest request, in FuseFallocateIn input) => Errno.ENOSYS;

    /// <summary>LSEEK: SEEK_DATA and SEEK_HOLE.</summary>
    FuseResult Seek(in FuseRequest request, in FuseLseekIn input, out ulong offset)
    {
        offset = 0;
        return Errno.ENOSYS;
    }

    /// <summary>COPY_FILE_RANGE and COPY_FILE_RANGE_64.</summary>
    FuseResult CopyFileRange(in FuseRequest request, in FuseCopyFileRangeIn input, out ulong copied)
    {
        copied = 0;
        return Errno.ENOSYS;
    }

    /// <summary>DESTROY: the mount is going. Called once, after the last request.</summary>
    void Destroy()
    {
    }
}
