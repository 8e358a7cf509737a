using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Bench.Actions;

/// <summary>
/// An input root written to the disk before its action starts, as workers without a virtual file system do it: copies of the
/// blobs, or hard links to files of a folder that keeps each blob once (and once more where it is executable).
/// </summary>
internal sealed class EagerRoot(CasSession cas, string pool, bool links)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public async Task WriteAsync(Digest directory, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        DirectoryListing listing = await cas.Directories.GetAsync(directory, cancellationToken);
        for (int index = 0; index < listing.Count; index++)
        {
            string child = Path.Join(path, Encoding.UTF8.GetString(listing.GetName(index)));
            switch (listing.GetKind(index))
            {
                case DirectoryEntryKind.Directory:
                    await WriteAsync(listing.GetDigest(index), child, cancellationToken);
                    break;
                case DirectoryEntryKind.Symlink:
                    File.CreateSymbolicLink(child, Encoding.UTF8.GetString(listing.GetTarget(index)));
                    break;
                default:
                    await WriteFileAsync(listing.GetDigest(index), listing.IsExecutable(index), child, cancellationToken);
                    break;
            }
        }
    }

    private async Task WriteFileAsync(Digest digest, bool isExecutable, string path, CancellationToken cancellationToken)
    {
        if (!links)
        {
            await CopyAsync(digest, isExecutable, path, cancellationToken);
            return;
        }

        string kept = Path.Join(pool, digest.HashHex + (isExecutable ? "+x" : "-x"));
        if (!File.Exists(kept))
        {
            string unfinished = Path.Join(pool, Guid.NewGuid().ToString("N"));
            await CopyAsync(digest, isExecutable, unfinished, cancellationToken);
            File.Move(unfinished, kept, overwrite: true);
        }

        HardLink.Make(kept, path);
    }

    private async Task CopyAsync(Digest digest, bool isExecutable, string path, CancellationToken cancellationToken)
    {
        using BlobLease blob = await cas.Blobs.OpenAsync(digest, cancellationToken);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = isExecutable ? Executable : Readable };
        await using FileStream target = new(path, options);
        byte[] buffer = new byte[Math.Min(1 << 20, Math.Max(1, blob.SizeBytes))];
        for (long offset = 0; offset < blob.SizeBytes;)
        {
            int length = RandomAccess.Read(blob.Handle, buffer, offset);
            target.Write(buffer, 0, length);
            offset += length;
        }
    }
}
