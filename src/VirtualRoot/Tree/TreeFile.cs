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
/// <para>State is protected by <see cref="Root.Gate"/>; bytes are read and written without it, on descriptors that
/// <see cref="DescriptorUse"/> keeps open. The kernel's inode lock orders writes against truncation.</para>
/// </summary>
public sealed partial class TreeFile : TreeNode
{
    private WrittenContent? _content;
    private BlobLease? _lease;
    private int _opens;
    private int _writers;
    private ulong _versionTold;
    private bool _isVacated;
    private bool _wasRead;

    internal TreeFile(TreeDirectory parent, DirectoryListing listing, int index)
        : base(parent, listing, index)
    {
    }

    internal TreeFile(Root root, NodeMetadata metadata)
        : base(root, root.Inodes.NextCreated())
    {
        Metadata = metadata;
        _content = new WrittenContent(root.EmptyBlob, 0);
    }

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.File;

    /// <inheritdoc/>
    internal override ulong Size => _content?.Size ?? (ulong)Listing!.GetSize(ListingIndex);

    /// <summary>Counts the changes of the file's bytes: what was learned of them holds while this stays.</summary>
    internal ulong DataVersion { get; private set; }

    /// <summary>Open files that may write.</summary>
    internal int Writers => _writers;

    /// <summary>Made without a name (O_TMPFILE) and never linked: it may still get one.</summary>
    internal bool IsLinkable { get; set; }

    /// <summary>Whether the bytes lie in a scratch file; else they are the first of a blob.</summary>
    internal bool IsScratch => _content?.Scratch is not null;

    /// <summary>Whether writing is refused: an input of a root whose inputs are read-only.</summary>
    internal bool IsReadOnlyInput => Listing is not null && Root.Options.Inputs == InputMode.ReadOnly;

    /// <inheritdoc/>
    private protected override ulong Allocated => _content?.Scratch is not null ? (ulong)_content.Allocated : Size;

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

    /// <summary>The blob that the file's bytes are, whole and unchanged, if they are one: an input, renamed and linked as
    /// it may be, a copy of one by copy_file_range, an empty file. Under the gate.</summary>
    internal bool TryGetBlob(out Digest digest)
    {
        digest = _content?.Blob ?? Listing!.GetDigest(ListingIndex);
        return _content is null || (_content.Scratch is null && _content.Size == (ulong)digest.SizeBytes);
    }

    /// <summary>One more open file.</summary>
    internal void Open(bool writes)
    {
        if (_isVacated)
        {
            _isVacated = false; // it was opened by way of an O_PATH descriptor
            Quota.Settle(_content!.Allocated);
        }

        _writers += writes ? 1 : 0;
        if (_opens++ == 0)
        {
            Root.OpenFiles.Add(this);
        }
    }

    /// <summary>One open file less; the last closes what was opened for them.</summary>
    internal void Release(bool wrote)
    {
        if (wrote && --_writers == 0 && _versionTold != DataVersion)
        {
            _versionTold = DataVersion;
            Root.WritersClosed?.Invoke(this);
        }

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
        base.Discard();
        CloseDescriptors();
        if (_content?.Scratch is { } scratch)
        {
            scratch.Delete();
            _content.Scratch = null;
        }
    }

    /// <inheritdoc/>
    private protected override void Vacate()
    {
        base.Vacate();
        if (_content?.Scratch is not null && !_isVacated)
        {
            _isVacated = true;
            Quota.GiveBackBytes(_content.Allocated);
        }
    }

    /// <summary>Whether the kernel may be given the bytes unasked: an input that nothing has changed, that nobody has open,
    /// and that was never read. Under the gate.</summary>
    internal bool MayBeStored => _opens == 0 && !_wasRead && _content is null && Size > 0;

    /// <summary>The bytes are read: the first time counts. Under the gate.</summary>
    /// <param name="isHere">Whether nothing has to be fetched for it.</param>
    internal void NoteRead(bool isHere)
    {
        if (_wasRead)
        {
            return;
        }

        _wasRead = true;
        if (Listing is not null)
        {
            Root.Statistics.CountFileRead();
            if (_content is null)
            {
                Root.ReadAhead.Note(this, isHere);
            }
        }
    }

    /// <summary>The descriptor to read from, if it can be had without fetching. Under the gate.</summary>
    /// <param name="use">Set on success. None: the blob must be fetched first (<see cref="FetchAsync"/>).</param>
    internal Errno TryGetReadable(out DescriptorUse use)
    {
        use = default;
        if (Root.IsClosed)
        {
            return Errno.ESTALE;
        }

        if (_content?.Scratch is { } scratch)
        {
            NoteRead(isHere: true);
            return scratch.TryOpen(out use);
        }

        bool isHere = TryHoldBlob();
        if (isHere)
        {
            use = new DescriptorUse(_lease!.Handle);
        }

        NoteRead(isHere);
        return Errno.Success;
    }

    /// <summary>Fetches the blob and holds it open, so that a reader who waits finds it; without the gate.</summary>
    internal async Task FetchAsync(CancellationToken cancellationToken)
    {
        Digest digest;
        lock (Root.Gate)
        {
            digest = BlobDigest;
        }

        BlobLease lease = await OpenBlobAsync(digest, cancellationToken).ConfigureAwait(false);
        lock (Root.Gate)
        {
            if (_lease is null && _content?.Scratch is null && BlobDigest == digest && !Root.IsClosed)
            {
                _lease = lease;
                return;
            }
        }

        lease.Dispose();
    }

    /// <summary>Nobody has the file open.</summary>
    internal void CloseDescriptors()
    {
        EndBacked();
        CloseLease();
        _content?.Scratch?.Close();
    }

    /// <summary>Whose first bytes the file's are, while there is no scratch file.</summary>
    private Digest BlobDigest => _content?.Blob ?? Listing!.GetDigest(ListingIndex);

    /// <summary>The blob; a failure is put on the root's record.</summary>
    private async Task<BlobLease> OpenBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (Root.Failures.FindRecent(digest) is { } known)
        {
            throw known;
        }

        using InputWait wait = Root.Statistics.WaitForInput();
        try
        {
            bool isHere = Root.Blobs.TryOpen(digest, out BlobLease? here);
            BlobLease lease = isHere ? here! : await Root.Blobs.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
            if (!isHere)
            {
                Root.Statistics.CountBlobFetched(digest.SizeBytes);
            }

            return lease;
        }
        catch (CasException failure)
        {
            Root.Failures.Add(failure);
            throw;
        }
    }

    private bool TryHoldBlob()
    {
        if (_lease is null && !Root.IsClosed && Root.Blobs.TryOpen(BlobDigest, out BlobLease? lease))
        {
            _lease = lease;
        }

        return _lease is not null;
    }

    private void CloseLease()
    {
        _lease?.Dispose();
        _lease = null;
    }
}
