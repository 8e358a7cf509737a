using System.IO.Enumeration;

namespace VirtualRoot.CasClient.Storage;

/// <summary>A file in a store that has a blob's name.</summary>
/// <param name="Digest">What its name says.</param>
/// <param name="Size">Its size in bytes; 0 if it vanished while it was looked at.</param>
/// <param name="LastUse">Its mtime, in ticks.</param>
internal readonly record struct StoredBlob(Digest Digest, long Size, long LastUse)
{
    /// <summary>Those below a digest function's directory, as they are read. A file with another name is none of ours: it
    /// is neither counted nor touched.</summary>
    public static IEnumerable<StoredBlob> List(string path) =>
        new FileSystemEnumerable<StoredBlob>(
            path,
            static (ref entry) => Digest.TryParse(entry.FileName, out Digest digest)
                ? new StoredBlob(digest, entry.Length, entry.LastWriteTimeUtc.Ticks)
                : default,
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory,
        }.Where(static blob => blob.Digest.Function != DigestFunction.Unknown);
}
