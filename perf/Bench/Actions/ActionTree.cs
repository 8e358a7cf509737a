using System.Globalization;
using System.Text;
using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Uploads;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Bench.Actions;

/// <summary>
/// The input root of the actions: bin/busybox and 5,000 files of 100 to 4,096 bytes in data/d00 to data/d99. Trees of different
/// salts have no Directory message in common, nor the program; those of different contents no file.
/// </summary>
internal sealed class ActionTree
{
    private const int Directories = 100;
    private const int FilesInEach = 50;
    private const int Smallest = 100;
    private const int Largest = 4096;

    private static readonly byte[] s_busybox = File.ReadAllBytes("/bin/busybox");

    private ActionTree(Digest root, IReadOnlyList<BlobUpload> blobs, long fileBytes)
    {
        Root = root;
        Blobs = blobs;
        FileBytes = fileBytes;
    }

    /// <summary>The digest of the top Directory.</summary>
    public Digest Root { get; }

    /// <summary>Everything that must be in the CAS, each blob once.</summary>
    public IReadOnlyList<BlobUpload> Blobs { get; }

    /// <summary>The bytes of all files below data: what cat must read.</summary>
    public long FileBytes { get; }

    public static ActionTree Make(string salt, string contents)
    {
        Dictionary<Digest, BlobUpload> blobs = [];
        long fileBytes = 0;
        Protos.Directory data = new();
        for (int directory = 0; directory < Directories; directory++)
        {
            // The salt is a name: it makes another Directory of the same files.
            Protos.Directory listing = new() { Symlinks = { new Protos.SymlinkNode { Name = "salt-" + salt, Target = "f00" } } };
            for (int file = 0; file < FilesInEach; file++)
            {
                byte[] bytes = Content(contents, (directory * FilesInEach) + file);
                fileBytes += bytes.Length;
                listing.Files.Add(new Protos.FileNode { Name = string.Create(CultureInfo.InvariantCulture, $"f{file:D2}"), Digest = Add(bytes) });
            }

            data.Directories.Add(new Protos.DirectoryNode { Name = string.Create(CultureInfo.InvariantCulture, $"d{directory:D2}"), Digest = Add(listing.ToByteArray()) });
        }

        // Bytes behind a program's end are nobody's concern, and make another blob of it.
        Protos.Digest program = Add([.. s_busybox, .. Encoding.UTF8.GetBytes(salt)]);
        Protos.Directory bin = new() { Files = { new Protos.FileNode { Name = "busybox", Digest = program, IsExecutable = true } } };
        Protos.Directory top = new()
        {
            Directories =
            {
                new Protos.DirectoryNode { Name = "bin", Digest = Add(bin.ToByteArray()) },
                new Protos.DirectoryNode { Name = "data", Digest = Add(data.ToByteArray()) },
            },
        };
        Digest root = DigestHasher.Compute(DigestFunction.Sha256, top.ToByteArray());
        Add(top.ToByteArray());
        return new ActionTree(root, [.. blobs.Values], fileBytes);

        Protos.Digest Add(byte[] bytes)
        {
            Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
            blobs.TryAdd(digest, new BlobUpload(digest, bytes));
            return digest.ToMessage();
        }
    }

    // Hexadecimal digits of a generator whose seed is the file's: the same in each run, and half as large when compressed, as sources are.
    private static byte[] Content(string contents, int number)
    {
        byte[] bytes = new byte[Smallest + (number * 7919 % (Largest - Smallest + 1))];
        ulong state = (ulong)number + 1;
        foreach (char letter in contents)
        {
            state = (state * 6364136223846793005) + letter;
        }

        for (int index = 0; index < bytes.Length; index++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            bytes[index] = (byte)"0123456789abcdef"[(int)(state >> 60)];
        }

        return bytes;
    }
}
