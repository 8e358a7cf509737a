using System.Text;
using Google.Protobuf;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Tests.Directories;

public sealed class DirectoryListingValidationTests
{
    private static readonly Protos.Digest s_digest = DigestHasher.Compute(DigestFunction.Sha256, [1]).ToMessage();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("a/b")]
    [InlineData("../../etc/passwd")]
    [InlineData("a\0b")]
    [InlineData("\0")]
    public void Decode_ForbiddenName_IsMalformedInEveryKind(string name)
    {
        foreach (Protos.Directory directory in new[] { File(name), Subdirectory(name), Symlink(name, "t") })
        {
            Refuse(CasErrorKind.Malformed, directory, EscapedText.Of(name));
        }
    }

    [Fact]
    public void Decode_NameOf255Bytes_IsTheLongest()
    {
        Assert.Equal(1, Decode(File(new string('n', 255))).Count);
        Refuse(CasErrorKind.Malformed, File(new string('n', 256)), "256 bytes");
    }

    [Fact]
    public void Decode_Unsorted_IsMalformedInEveryKind()
    {
        Refuse(CasErrorKind.Malformed, Merge(File("b"), File("a")), "sorted");
        Refuse(CasErrorKind.Malformed, Merge(Subdirectory("b"), Subdirectory("a")), "sorted");
        Refuse(CasErrorKind.Malformed, Merge(Symlink("b", "t"), Symlink("a", "t")), "sorted");
    }

    [Fact]
    public void Decode_Duplicate_IsMalformedWithinAndAcrossKinds()
    {
        Refuse(CasErrorKind.Malformed, Merge(File("a"), File("a")), "'a'");
        Refuse(CasErrorKind.Malformed, Merge(File("a"), Subdirectory("a")), "'a'");
        Refuse(CasErrorKind.Malformed, Merge(Subdirectory("a"), Symlink("a", "t")), "'a'");
        Refuse(CasErrorKind.Malformed, Merge(File("0"), File("a"), Symlink("a", "t"), Symlink("b", "t")), "'a'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB")]
    [InlineData("zz978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    public void Decode_BadHash_IsMalformed(string hash)
    {
        Protos.Directory directory = File("f");
        directory.Files[0].Digest = new Protos.Digest { Hash = hash, SizeBytes = 1 };
        Refuse(CasErrorKind.Malformed, directory, "'f'");
        Protos.Directory other = Subdirectory("d");
        other.Directories[0].Digest = new Protos.Digest { Hash = hash, SizeBytes = 1 };
        Refuse(CasErrorKind.Malformed, other, "'d'");
    }

    [Fact]
    public void Decode_NoDigestOrNegativeSize_IsMalformed()
    {
        Protos.Directory directory = File("f");
        directory.Files[0].Digest = null;
        Refuse(CasErrorKind.Malformed, directory, "'f'");
        directory.Files[0].Digest = new Protos.Digest { Hash = s_digest.Hash, SizeBytes = -1 };
        Refuse(CasErrorKind.Malformed, directory, "-1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Decode_BadTarget_IsMalformed(string target) => Refuse(CasErrorKind.Malformed, Symlink("l", target), "'l'");

    [Fact]
    public void Decode_TargetOf4095Bytes_IsTheLongest()
    {
        Assert.Equal(4095, Decode(Symlink("l", new string('t', 4095))).GetSize(0));
        Refuse(CasErrorKind.Malformed, Symlink("l", new string('t', 4096)), "4096 bytes");
    }

    [Fact]
    public void Decode_BadTime_IsMalformed()
    {
        Protos.Directory directory = File("f");
        directory.Files[0].NodeProperties = new Protos.NodeProperties { Mtime = new Google.Protobuf.WellKnownTypes.Timestamp { Nanos = 1_000_000_000 } };
        Refuse(CasErrorKind.Malformed, directory, "nanoseconds");
        directory.Files[0].NodeProperties.Mtime.Nanos = -1;
        Refuse(CasErrorKind.Malformed, directory, "nanoseconds");
    }

    [Fact]
    public void Decode_ListsItself_IsCorrupt()
    {
        byte[] message = Subdirectory("self").ToByteArray();
        Digest own = DigestHasher.Compute(DigestFunction.Sha256, [1]);
        CasException exception = Assert.Throws<CasException>(() => DirectoryListing.Decode(own, message, DirectoryLimits.Default));
        Assert.Equal(CasErrorKind.Corrupt, exception.Kind);
        Assert.Contains("'self'", exception.Message);
    }

    [Fact]
    public void Decode_MoreThanTheLimits_IsRefusedBeforeItIsRead()
    {
        Protos.Directory directory = Merge([.. Enumerable.Range(0, 11).Select(i => File($"f{i:d2}"))]);
        byte[] message = directory.ToByteArray();
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, message);
        foreach (DirectoryLimits limits in new[] { new DirectoryLimits { MaxEntries = 10 }, new DirectoryLimits { MaxMessageBytes = message.Length - 1 } })
        {
            Assert.Equal(CasErrorKind.LimitExceeded, Assert.Throws<CasException>(() => DirectoryListing.Decode(digest, message, limits)).Kind);
        }

        Assert.Equal(11, DirectoryListing.Decode(digest, message, new DirectoryLimits { MaxEntries = 11 }).Count);
    }

    [Fact]
    public void Find_RandomListings_AgreesWithADictionary()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            var names = new SortedSet<string>(StringComparer.Ordinal);
            for (int i = random.Next(60); i > 0; i--)
            {
                names.Add(new string([.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (char)('a' + random.Next(5)))]));
            }

            var kinds = names.ToDictionary(name => name, _ => random.Next(3));
            DirectoryListing listing = Decode(Merge([.. names.Select(name =>
                kinds[name] == 0 ? File(name) : kinds[name] == 1 ? Subdirectory(name) : Symlink(name, "to-" + name))]));

            Assert.Equal(names, Enumerable.Range(0, listing.Count).Select(i => Encoding.UTF8.GetString(listing.GetName(i))));
            foreach (string name in names.Append("zz").Append("a").Append("").Append("eeeee"))
            {
                int index = listing.Find(Encoding.UTF8.GetBytes(name));
                Assert.Equal(kinds.TryGetValue(name, out int kind) ? kind : -1, index < 0 ? -1 : (int)listing.GetKind(index));
                Assert.True(kind != 2 || listing.GetTarget(index).SequenceEqual(Encoding.UTF8.GetBytes("to-" + name)));
            }
        }
    }

    [Fact]
    public void Decode_OrdinaryNames_TakesAtMost100BytesAnEntryAndFindAllocatesNothing()
    {
        const int Entries = 20_000;
        byte[] message = Merge([.. Enumerable.Range(0, Entries).Select(i => File($"source{i:d6}"))]).ToByteArray();
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, message);
        DirectoryListing listing = DirectoryListing.Decode(digest, message, DirectoryLimits.Default);

        // This thread's allocations: other tests run meanwhile. The least of some, since the pool may have to allocate once.
        long each = Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            GC.KeepAlive(DirectoryListing.Decode(digest, message, DirectoryLimits.Default));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }) / Entries;
        Assert.InRange(each, 1, 100);
        Assert.InRange(listing.MemoryBytes / Entries, each - 8, each + 8);

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        int found = listing.Find("source010000"u8);
        Digest digestOfFound = listing.GetDigest(found);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal((10_000, 1), (found, digestOfFound.SizeBytes));
    }

    private static Protos.Directory File(string name) => new() { Files = { new Protos.FileNode { Name = name, Digest = s_digest } } };

    private static Protos.Directory Subdirectory(string name) => new() { Directories = { new Protos.DirectoryNode { Name = name, Digest = s_digest } } };

    private static Protos.Directory Symlink(string name, string target) => new() { Symlinks = { new Protos.SymlinkNode { Name = name, Target = target } } };

    private static Protos.Directory Merge(params Protos.Directory[] parts)
    {
        var whole = new Protos.Directory();
        foreach (Protos.Directory part in parts)
        {
            whole.MergeFrom(part);
        }

        return whole;
    }

    private static DirectoryListing Decode(Protos.Directory directory)
    {
        byte[] message = directory.ToByteArray();
        return DirectoryListing.Decode(DigestHasher.Compute(DigestFunction.Sha256, message), message, DirectoryLimits.Default);
    }

    private static void Refuse(CasErrorKind kind, Protos.Directory directory, string told)
    {
        byte[] message = directory.ToByteArray();
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, message);
        CasException exception = Assert.Throws<CasException>(() => DirectoryListing.Decode(digest, message, DirectoryLimits.Default));
        Assert.Equal(kind, exception.Kind);
        Assert.Contains(digest.ToString(), exception.Message);
        Assert.Contains(told, exception.Message);
        Assert.All(exception.Message, c => Assert.False(char.IsControl(c)));
    }
}
