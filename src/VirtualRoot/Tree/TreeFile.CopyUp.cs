using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tree;

/// <content>Copy-up: a blob's bytes become a scratch file, before the first change that needs them.</content>
public sealed partial class TreeFile
{
    private Task? _copyUp;

    /// <summary>Copies the blob's bytes to a scratch file; one copy serves all who wait for it. Without the gate. When it
    /// is done the change is tried again: the file may have got other bytes meanwhile.</summary>
    /// <exception cref="ScratchException">The scratch disk or the quota is full.</exception>
    /// <exception cref="CasException">The blob could not be fetched.</exception>
    internal Task CopyUpAsync(CancellationToken cancellationToken)
    {
        Task copy;
        lock (Root.Gate)
        {
            if (_content?.Scratch is not null)
            {
                return Task.CompletedTask;
            }

            // The copy is shared, so it does not end with one waiter's cancellation; a failed one is tried anew.
            _copyUp = copy = _copyUp is { IsCompleted: false } running ? running : Task.Run(CopyAsync, CancellationToken.None);
        }

        return copy.WaitAsync(cancellationToken);
    }

    private async Task CopyAsync()
    {
        Digest digest;
        ulong version;
        long size;
        lock (Root.Gate)
        {
            (digest, version, size) = (BlobDigest, DataVersion, (long)Size);
            if (size == 0)
            {
                return; // emptied meanwhile: there is nothing to copy
            }

            if (!Quota.TryTakeBytes(size))
            {
                throw ScratchException.QuotaReached("copying an input before its first write");
            }
        }

        ScratchFile? scratch = null;
        try
        {
            using BlobLease lease = await OpenBlobAsync(digest, CancellationToken.None).ConfigureAwait(false);
            scratch = Root.Scratch.NewFile();
            Errno errno = Copy(lease, scratch, size, out long allocated);
            ScratchException.ThrowIfFailed(errno, "copying an input before its first write");
            lock (Root.Gate)
            {
                // Truncated, shared, unlinked or removed with its root meanwhile: nobody wants these bytes any more.
                if (_content?.Scratch is null && version == DataVersion && (Links > 0 || IsReferenced) && !Root.IsClosed)
                {
                    BecomeWritten(scratch, allocated);
                    CloseIfUnused();
                    scratch = null;
                }
            }
        }
        finally
        {
            lock (Root.Gate)
            {
                Quota.GiveBackBytes(size);
            }

            scratch?.Delete();
        }
    }

    private static Errno Copy(BlobLease source, ScratchFile target, long size, out long allocated)
    {
        allocated = 0;
        Errno errno = target.TryOpen(out DescriptorUse use);
        if (errno != Errno.Success)
        {
            return errno;
        }

        using (use)
        {
            DescriptorUse from = new(source.Handle);
            using (from)
            {
                errno = ByteCopy.Run(from, 0, use, 0, size, out long copied);
                allocated = Measure(use);
                return errno == Errno.Success && copied < size ? Errno.EIO : errno; // the cached blob is shorter than its digest says
            }
        }
    }
}
