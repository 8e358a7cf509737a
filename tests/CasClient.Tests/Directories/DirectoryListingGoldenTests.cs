using System.Text;
using Google.Protobuf;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.CasClient.Tests.Directories;

public sealed class DirectoryListingGoldenTests
{
    // SHA-256 of the empty string, of "a" and of "b".
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string HashOfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    /// <summary>Three entries, by hand from the field tables: tag = number * 8 + wire type (0 varint, 2 length-delimited).</summary>
    private static readonly byte[] s_golden =
    [
        0x0a, 0x5a, // Directory.files (1), 90 bytes: FileNode
        0x0a, 0x01, (byte)'b', //   name (1)
        0x12, 0x44, //   digest (2), 68 bytes
        0x0a, 0x40, .. Encoding.ASCII.GetBytes(HashOfA), //     hash (1), 64 bytes
        0x10, 0x01, //     size_bytes (2)
        0x20, 0x01, //   is_executable (4)
        0x32, 0x0d, //   node_properties (6), 13 bytes
        0x12, 0x06, 0x08, 0x80, 0x01, 0x10, 0xac, 0x02, //     mtime (2): seconds (1) 128, nanos (2) 300
        0x1a, 0x03, 0x08, 0xed, 0x03, //     unix_mode (3): value (1) 0755
        0x12, 0x47, // Directory.directories (2), 71 bytes: DirectoryNode
        0x0a, 0x01, (byte)'a', //   name
        0x12, 0x42, 0x0a, 0x40, .. Encoding.ASCII.GetBytes(EmptyHash), //   digest without size_bytes: 0
        0x1a, 0x0e, // Directory.symlinks (3), 14 bytes: SymlinkNode
        0x0a, 0x04, .. "link"u8, //   name
        0x12, 0x06, .. "../b/c"u8, //   target
    ];

    [Fact]
    public void Decode_GoldenBytes_GivesEveryField()
    {
        DirectoryListing listing = Decode(s_golden);

        Assert.Equal(["a", "b", "link"], Enumerable.Range(0, listing.Count).Select(i => Encoding.UTF8.GetString(listing.GetName(i))));
        Assert.Equal([DirectoryEntryKind.Directory, DirectoryEntryKind.File, DirectoryEntryKind.Symlink], Enumerable.Range(0, 3).Select(listing.GetKind));
        Assert.Equal($"{EmptyHash}/0", listing.GetDigest(0).ToString());
        Assert.Equal($"{HashOfA}/1", listing.GetDigest(1).ToString());
        Assert.Equal([0L, 1L, 6L], Enumerable.Range(0, 3).Select(listing.GetSize));
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(listing.IsExecutable));
        Assert.Equal("../b/c"u8, listing.GetTarget(2));
        Assert.True(listing.TryGetModificationTime(1, out long seconds, out uint nanoseconds));
        Assert.Equal((128L, 300u), (seconds, nanoseconds));
        Assert.True(listing.TryGetUnixMode(1, out uint mode));
        Assert.Equal(0x1edu, mode);
        Assert.False(listing.TryGetModificationTime(0, out _, out _));
        Assert.False(listing.TryGetUnixMode(2, out _));
        Assert.Throws<ArgumentException>(() => listing.GetDigest(2));
    }

    [Fact]
    public void Encode_SameFields_GivesTheGoldenBytes()
    {
        var directory = new Protos.Directory
        {
            Files =
            {
                new Protos.FileNode
                {
                    Name = "b",
                    Digest = new Protos.Digest { Hash = HashOfA, SizeBytes = 1 },
                    IsExecutable = true,
                    NodeProperties = new Protos.NodeProperties
                    {
                        Mtime = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 128, Nanos = 300 },
                        UnixMode = 0x1ed,
                    },
                },
            },
            Directories = { new Protos.DirectoryNode { Name = "a", Digest = new Protos.Digest { Hash = EmptyHash } } },
            Symlinks = { new Protos.SymlinkNode { Name = "link", Target = "../b/c" } },
        };
        Assert.Equal(Convert.ToHexString(s_golden), Convert.ToHexString(directory.ToByteArray()));
    }

    [Fact]
    public void Decode_TruncatedAnywhere_IsRefusedUnlessAWholeFieldEnded()
    {
        int[] fieldEnds = [0, 92, 165];
        for (int length = 0; length < s_golden.Length; length++)
        {
            byte[] part = s_golden[..length];
            if (fieldEnds.Contains(length))
            {
                Assert.Equal(Array.IndexOf(fieldEnds, length), Decode(part).Count);
            }
            else
            {
                Assert.Equal(CasErrorKind.Malformed, Assert.Throws<CasException>(() => Decode(part)).Kind);
            }
        }
    }

    [Fact]
    public void Decode_AnyByteChanged_NeverFailsButByCasException()
    {
        for (int i = 0; i < s_golden.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. s_golden];
                changed[i] ^= (byte)(1 << bit);
                Exception? exception = Record.Exception(() => Decode(changed));
                Assert.True(exception is null or CasException, exception?.ToString());
            }
        }
    }

    [Fact]
    public void Decode_UnknownFields_AreSkipped()
    {
        // 15: varint, 14: bytes, 13: fixed64, 12: fixed32.
        byte[] unknown = [0x78, 0x01, 0x72, 0x02, 1, 2, 0x69, 1, 2, 3, 4, 5, 6, 7, 8, 0x65, 1, 2, 3, 4];
        Assert.Equal(3, Decode([.. unknown, .. s_golden, .. unknown]).Count);
    }

    private static DirectoryListing Decode(byte[] message) =>
        DirectoryListing.Decode(DigestHasher.Compute(DigestFunction.Sha256, message), message, DirectoryLimits.Default);
}
