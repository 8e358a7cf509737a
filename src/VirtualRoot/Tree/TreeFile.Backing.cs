using System.Runtime.InteropServices;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux;

namespace VirtualRoot.Tree;

/// <content>
/// Files that the kernel reads itself ("passthrough"). While one is open, the bytes cannot change: the kernel has one mode for
/// all open files of an inode, so a copy-up would be seen by none of them. Therefore only programs that are executed, which the
/// kernel lets nobody write anyway (ETXTBSY), and inputs that are read-only. Who is let through by the kernel all the same waits
/// for the last RELEASE, which comes a moment after a program's end, and gets ETXTBSY if it does not come.
/// </content>
public sealed partial class TreeFile
{
    private static readonly TimeSpan s_releaseDelay = TimeSpan.FromSeconds(2);

    private BackedReads? _backed;

    /// <summary>Whether the kernel reads the bytes itself just now, so that they must not change. Under the gate.</summary>
    internal bool IsBacked => _backed is not null;

    /// <summary>Whether a file that is being opened for reading may leave its bytes to the kernel, or must since others have. Under the gate.</summary>
    /// <param name="executes">It is opened by execve(2).</param>
    internal bool MayBeBacked(bool executes) =>
        _backed is not null ||
        ((executes || IsReadOnlyInput) && _opens == 0 && _copyUp is null or { IsCompleted: true } && TryGetBlob(out _));

    /// <summary>One more open file that the kernel reads itself. Under the gate.</summary>
    /// <param name="register">Gives the backing file an id; 0 if that cannot be had. Called for the first of several alone.</param>
    /// <param name="close">Gives the id back.</param>
    /// <param name="isHere">False: nothing was opened, since the blob must be fetched first (<see cref="FetchBlobAsync"/>).</param>
    /// <returns>The id; 0: nothing was opened.</returns>
    internal int OpenBacked(Func<SafeHandle, int> register, Action<int> close, out bool isHere)
    {
        isHere = _backed is not null || TryHoldBlob();
        if (!isHere)
        {
            return 0;
        }

        if (_backed is null)
        {
            int id = register(_lease!.Handle);
            if (id == 0)
            {
                CloseIfUnused();
                return 0;
            }

            _backed = new BackedReads(id, close);
            NoteRead(isHere: true);
        }

        _backed.Opens++;
        Open(writes: false);
        return _backed.Id;
    }

    /// <summary>One open file less of those that the kernel reads itself. Under the gate.</summary>
    internal void ReleaseBacked()
    {
        if (_backed is not null && --_backed.Opens == 0)
        {
            EndBacked();
        }

        Release(wrote: false);
    }

    /// <summary>Fetches the blob for a file that is being opened; without the gate.</summary>
    /// <returns>Keeps the blob in the cache while it is open.</returns>
    /// <exception cref="CasException">It cannot be had.</exception>
    internal Task<BlobLease> FetchBlobAsync(CancellationToken cancellationToken)
    {
        Digest digest;
        lock (Root.Gate)
        {
            digest = BlobDigest;
            NoteRead(isHere: false);
        }

        return OpenBlobAsync(digest, cancellationToken);
    }

    /// <summary>Waits a moment until the kernel reads none of the file's bytes itself any more; without the gate.</summary>
    /// <returns>ETXTBSY: it goes on reading them.</returns>
    internal async Task<Errno> WaitUntilUnbackedAsync(CancellationToken cancellationToken)
    {
        Task? ended;
        lock (Root.Gate)
        {
            ended = _backed?.Ended;
        }

        try
        {
            await (ended ?? Task.CompletedTask).WaitAsync(s_releaseDelay, Root.Clock, cancellationToken).ConfigureAwait(false);
            return Errno.Success;
        }
        catch (TimeoutException)
        {
            return Errno.ETXTBSY;
        }
    }

    private void EndBacked()
    {
        _backed?.End();
        _backed = null;
    }
}
