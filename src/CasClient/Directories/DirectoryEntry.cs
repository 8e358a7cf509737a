namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// One entry, 16 bytes. At <c>Offset</c> of the listing's block lie, one after the other: the name; the hash of a file
/// or directory, or the target of a link; 12 bytes of time where flagged; 4 bytes of mode where flagged.
/// </summary>
internal struct DirectoryEntry
{
    public const byte ExecutableFlag = 1;
    public const byte TimeFlag = 2;
    public const byte ModeFlag = 4;

    /// <summary>A file's or directory's size from its digest; a link's target length.</summary>
    public long Size;
    public int Offset;
    public byte NameLength;
    public DirectoryEntryKind Kind;
    public byte Flags;
}
