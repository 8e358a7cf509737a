using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tree;

/// <summary>
/// A regular file. An input's bytes are a blob, opened at the first READ and held while the file is open; a written
/// file's bytes are a scratch file. The first write to an input copies the blob (copy-up) and changes only where bytes
/// are read from: the node id stays, so that descriptors and mappings stay coherent.
/// <para>State is protected by <see cref="Root.Gate"/>; bytes are read and written without it, on descriptors whose
/// safe handles keep them alive. The kernel's inode lock orders writes against truncation.</para>
/// </summary>
public sealed partial class TreeFile : TreeNode
{
    private BlobLease? _lease;
    private ScratchFile? _scratch;
    private ulong _writtenSize;
    private Task? _copyUp;
    private int _opens;

    internal TreeFile(TreeDirectory parent, DirectoryListing listing, int index)
        : base(parent, listing, index)
    {
    }

    internal TreeFile(Root root, NodeMetadata metadata)
        : base(root, root.Inodes.NextCreated())
    {
        Metadata = metadata;
        _scratch = root.Scratch.NewFile();
    }

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.File;

    /// <inheritdoc/>
    internal override ulong Size => _scratch is null ? (ulong)Listing!.GetSize(ListingIndex) : _writtenSize;

    /// <summary>Whether the bytes are still the input's.</summary>
    internal bool IsInput => _scratch is null;

    /// <summary>The blob of an unchanged input.</summary>
    internal Digest InputDigest => Listing!.GetDigest(ListingIndex);

    /// <inheritdoc/>
    private protected override uint InputPermissions
    {
        get
        {
            uint ownerWrite = Root.Options.Inputs == InputMode.CopyOnWrite ? 0x80u : 0;
            return (Listing!.IsExecutable(ListingIndex) ? 0x16du : 0x124u) | ownerWrite; // 0555, 0444
        }
    }

    /// <inheritdoc/>
    private protected override bool IsHeld => _opens > 0;

    /// <summary>One more open file.</summary>
    internal void Open()
    {
        if (_opens++ == 0)
        {
            Root.OpenFiles.Add(this);
        }
    }

    /// <summary>One open file less; the last closes what was opened for them.</summary>
    internal void Release()
    {
        if (--_opens > 0)
        {
            return;
        }

        Root.OpenFiles.Remove(this);
        CloseDescriptors();
        LetGoIfIdle();
    }

    /// <inheritdoc/>
    internal override void Discard()
    {
        _lease?.Dispose();
        _lease = null;
        _scratch?.Delete();
    }

    /// <summary>The descriptor to read from, if it can be had without fetching.</summary>
    /// <param name="handle">Set on success; owned by the file. Null: the blob must be fetched first.</param>
    internal Errno TryGetReadable(out SafeFileHandle? handle)
    {
        if (_scratch is not null)
        {
            return _scratch.TryOpen(out handle);
        }

        handle = _lease?.Handle;
        if (handle is null && Root.Blobs.TryOpen(InputDigest, out BlobLease? lease))
        {
            Adopt(lease);
            handle = lease.Handle;
        }

        return Errno.Success;
    }

    /// <summary>Fetches the input's blob and holds it open; without the gate.</summary>
    internal async Task FetchAsync(CancellationToken cancellationToken)
    {
        BlobLease lease = await OpenBlobAsync(cancellationToken).ConfigureAwait(false);
        lock (Root.Gate)
        {
            Adopt(lease);
        }
    }

    /// <summary>The blob; a failure is put on the root's record.</summary>
    private async Task<BlobLease> OpenBlobAsync(CancellationToken cancellationToken)
    {
        if (Root.Failures.FindRecent(InputDigest) is { } known)
        {
            throw known;
        }

        try
        {
            return await Root.Blobs.OpenAsync(InputDigest, cancellationToken).ConfigureAwait(false);
        }
        catch (CasException failure)
        {
            Root.Failures.Add(failure);
            throw;
        }
    }

    private void Adopt(BlobLease lease)
    {
        if (_lease is not null || _scratch is not null)
        {
            lease.Dispose();
            return;
        }

        _lease = lease;
    }

    /// <summary>Nobody has the file open.</summary>
    internal void CloseDescriptors()
    {
        _lease?.Dispose();
        _lease = null;
        _scratch?.Close();
    }
}
