using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>
/// Files of the daemon's own that the kernel reads itself for who has a node open (FUSE_PASSTHROUGH, 7.40): no READ comes,
/// and all nodes over one file share its page cache. An OPEN is answered with the id that <see cref="TryOpen"/> gave and
/// <see cref="FuseOpenFlags.Passthrough"/> alone.
/// <para>The kernel's rules (fs/fuse/iomode.c): while a node has such an open file, every further one must be another over the same
/// id; while it has an ordinary one, none. What breaks them fails with EIO. An id may be closed while files are open over it.</para>
/// </summary>
public sealed class FuseBackingFiles
{
    private readonly FuseChannel _channel;
    private readonly ILogger _logger;
    private volatile bool _isUsable;

    internal FuseBackingFiles(FuseChannel channel, FuseInitFlags agreed, ILogger logger)
    {
        _channel = channel;
        _logger = logger;
        _isUsable = agreed.HasFlag(FuseInitFlags.Passthrough);
    }

    /// <summary>Whether <see cref="TryOpen"/> is worth a try: the kernel offers it and has not refused it so far.</summary>
    public bool IsUsable => _isUsable;

    /// <summary>Registers a file (FUSE_DEV_IOC_BACKING_OPEN). Any thread; waits for nothing.</summary>
    /// <param name="file">A regular file, open for reading; it may be closed afterwards.</param>
    /// <param name="id">On success its id, for <see cref="FuseOpenOut.BackingId"/> and <see cref="Close"/>.</param>
    /// <returns>False where the daemon may not (no CAP_SYS_ADMIN outside user namespaces), or the file lies on a file system that
    /// is itself stacked (overlayfs): it is not tried again then; or where just now a resource is used up.</returns>
    public bool TryOpen(SafeHandle file, out int id)
    {
        id = _isUsable ? _channel.OpenBacking(file) : -(int)Errno.EOPNOTSUPP;
        if (id > 0)
        {
            return true;
        }

        Errno errno = (Errno)(-id);
        if (_isUsable && errno is not (Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE or Errno.ENOSPC))
        {
            _isUsable = false;
            FuseLog.NoBackingFiles(_logger, errno);
        }

        id = 0;
        return false;
    }

    /// <summary>Gives an id back (FUSE_DEV_IOC_BACKING_CLOSE). Any thread; after the session's end there is nothing left to do.</summary>
    public void Close(int id) => _ = _channel.CloseBacking(id);
}
