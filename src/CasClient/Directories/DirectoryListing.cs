namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// The decoded, validated, immutable form of a REAPI <c>Directory</c> message. Entries are sorted by name (bytes) over
/// all kinds, so that a name is found by binary search; names and targets lie in one block of UTF-8 bytes.
/// </summary>
public sealed class DirectoryListing
{
    /// <summary>Number of entries.</summary>
    public int Count => throw new NotSupportedException();

    /// <summary>The index of <paramref name="name"/>, or -1. No allocation.</summary>
    public int Find(ReadOnlySpan<byte> name) => throw new NotSupportedException();

    /// <summary>The entry's name: bytes, no terminator.</summary>
    public ReadOnlySpan<byte> GetName(int index) => throw new NotSupportedException();

    /// <summary>What the entry is.</summary>
    public DirectoryEntryKind GetKind(int index) => throw new NotSupportedException();

    /// <summary>The digest of a file or directory.</summary>
    public Digest GetDigest(int index) => throw new NotSupportedException();

    /// <summary>A file's size in bytes, a link's target length, 0 for a directory. Cheaper than <see cref="GetDigest"/>.</summary>
    public long GetSize(int index) => throw new NotSupportedException();

    /// <summary>Whether a file is executable (<c>FileNode.is_executable</c>).</summary>
    public bool IsExecutable(int index) => throw new NotSupportedException();

    /// <summary>A symbolic link's target: bytes, no terminator.</summary>
    public ReadOnlySpan<byte> GetTarget(int index) => throw new NotSupportedException();

    /// <summary>The entry's <c>NodeProperties.mtime</c>, if it has one: seconds and nanoseconds since 1970.</summary>
    public bool TryGetModificationTime(int index, out long seconds, out uint nanoseconds) => throw new NotSupportedException();

    /// <summary>The entry's <c>NodeProperties.unix_mode</c> (permission bits), if it has one.</summary>
    public bool TryGetUnixMode(int index, out uint mode) => throw new NotSupportedException();
}
