using System.Text;

namespace VirtualRoot.Model.Tests.Support;

/// <summary>
/// The input root: everything in its directory <c>work</c>, beside which the root has a /tmp of its own. Sizes at the edges of
/// pages, an executable, nested directories, links of all kinds, and names that sort differently as bytes and as words.
/// </summary>
internal static class InputTree
{
    /// <summary>The directory that the tests change.</summary>
    public const string Work = "work";

    private static readonly (string Name, int Size)[] s_files =
    [
        ("empty", 0), ("one", 1), ("below-page", 4095), ("page", 4096), ("above-page", 4097), ("hundred", 100), ("mebibyte", 1 << 20),
        ("large", (5 << 20) + 123), ("a/x", 10), ("a/y", 70_000), ("a/b/c/deep", 12), ("a/b/sibling", 131_072), ("full/first", 3), ("full/second", 5000),
        ("sort/a", 1), ("sort/a.b", 2), ("sort/a-b", 3), ("sort/ab", 4), ("sort/A", 5), ("sort/ü", 6), ("sort/a b", 7), ("sort/~", 8), ("sort/100%", 9),
    ];

    private static readonly (string Name, string Target)[] s_links =
    [
        ("to-page", "page"), ("dangling", "no-such-file"), ("up", "../work/one"), ("to-a", "a"), ("loop", "loop"), ("a/to-sibling", "b/sibling"), ("nowhere", "/no/such/place"),
    ];

    public static void Build(string root)
    {
        string work = Path.Combine(root, Work);
        foreach ((string name, int size) in s_files)
        {
            string path = Path.Combine(work, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            byte[] content = new byte[size];
            new Random(size).NextBytes(content);
            File.WriteAllBytes(path, content);
        }

        File.WriteAllText(Path.Combine(work, "script"), "#!/bin/sh\necho hello\n", Encoding.ASCII);
        File.SetUnixFileMode(Path.Combine(work, "script"), (UnixFileMode)0b111_101_101);
        foreach ((string name, string target) in s_links)
        {
            File.CreateSymbolicLink(Path.Combine(work, name), target);
        }

        Directory.CreateDirectory(Path.Combine(work, "nothing"));
    }
}
