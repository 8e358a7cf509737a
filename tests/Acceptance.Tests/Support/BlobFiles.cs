using System.Security.Cryptography;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>The blobs in a cache directory, as files.</summary>
internal static class BlobFiles
{
    /// <summary>All files named by a digest (HASH-SIZE).</summary>
    public static IReadOnlyList<string> In(string cache) =>
        [.. Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories).Where(file => IsDigest(Path.GetFileName(file)))];

    /// <summary>Asserts that every one holds what its name says; there must be some.</summary>
    public static void AssertIntact(string cache)
    {
        IReadOnlyList<string> files = In(cache);
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            byte[] content = File.ReadAllBytes(file);
            Assert.Equal(Path.GetFileName(file), $"{Convert.ToHexStringLower(SHA256.HashData(content))}-{content.Length}");
        });
    }

    /// <summary>Asserts that no file of the cache is named by <paramref name="digest"/> (HASH/SIZE) or is still being written.</summary>
    public static void AssertAbsent(string cache, string digest)
    {
        string hash = digest.Split('/')[0];
        Assert.DoesNotContain(Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories), file => Path.GetFileName(file).Contains(hash, StringComparison.Ordinal));
    }

    private static bool IsDigest(string name) => name.Length > 65 && name[64] == '-' && name.Take(64).All(char.IsAsciiHexDigitLower);
}
