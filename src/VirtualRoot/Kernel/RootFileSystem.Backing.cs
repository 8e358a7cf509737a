using System.Runtime.InteropServices;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>
/// Passthrough (<see cref="FuseBackingFiles"/>): programs, and large inputs where inputs are read-only, are read by the kernel
/// from the cached blob itself: no READ comes, a mapping needs no copy, and all actions share one page cache.
/// When a file may be opened so, <see cref="TreeFile.MayBeBacked"/> says.
/// </content>
public sealed partial class RootFileSystem
{
    // __FMODE_EXEC of include/linux/fs.h, which reaches OPEN: execve(2) opens.
    private const int Executes = 0x20;

    // The fh of a file that the kernel reads itself.
    private const ulong BackedHandle = WriterHandle - 1;

    private Func<SafeHandle, int> _openBacking = static _ => 0;
    private Action<int> _closeBacking = static _ => { };

    private FuseResult OpenToRead(in FuseRequest request, TreeFile file, int flags, out FuseOpenOut open)
    {
        bool executes = (flags & Executes) != 0, isHere;
        lock (file.Root.Gate)
        {
            if (TryOpenBacked(file, executes, out open, out isHere))
            {
                return FuseResult.Success;
            }
        }

        if (executes && !isHere)
        {
            return OpenToExecuteLater(request, file, flags);
        }

        OpenStored(request.NodeId, file);
        open = Opened(flags);
        return FuseResult.Success;
    }

    /// <summary>Opens the file so that the kernel reads it itself, if it may and can. Under the gate.</summary>
    private bool TryOpenBacked(TreeFile file, bool executes, out FuseOpenOut open, out bool isHere)
    {
        open = default;
        isHere = true;
        if (_backing is not { IsUsable: true } || file.Size <= LargestStored || !file.MayBeBacked(executes))
        {
            return false;
        }

        int id = file.OpenBacked(_openBacking, _closeBacking, out isHere);
        open = new FuseOpenOut { Fh = BackedHandle, OpenFlags = FuseOpenFlags.Passthrough, BackingId = id };
        return id != 0;
    }

    /// <summary>A program is read at once, and mostly whole: its blob is fetched before it is open, not at the first READ.</summary>
    private FuseResult OpenToExecuteLater(in FuseRequest request, TreeFile file, int flags) =>
        Later(request, file, async (pending, gone) =>
        {
            FuseOpenOut open;
            bool isHere;
            do
            {
                using BlobLease blob = await file.FetchBlobAsync(gone).ConfigureAwait(false);
                lock (file.Root.Gate)
                {
                    if (file.Root.IsClosed)
                    {
                        pending.Reply(Errno.ESTALE);
                        return;
                    }

                    if (!TryOpenBacked(file, executes: true, out open, out isHere) && isHere)
                    {
                        file.Open(writes: false);
                        open = Opened(flags);
                    }
                }
            }
            while (!isHere);
            pending.ReplyOpen(open);
        });

    private int OpenBacking(SafeHandle file) => _backing!.TryOpen(file, out int id) ? id : 0;
}
