using System.Text;

namespace VirtualRoot.Model.Tests.Operations;

/// <summary>
/// Chooses the paths of operations so that they meet: mostly names that exist at the moment, then new names from a small pool in a
/// directory that exists, and now and then one that path resolution has to refuse.
/// </summary>
internal sealed class PathChoice(Random random, string plain)
{
    private static readonly string[] s_names = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "x", "one", "page", "N 8", "ñ", ".hidden", new string('l', 255)];

    private static readonly string[] s_odd =
    [
        "", ".", "./page", "a/..", "a/.", "a/../one", "page/", "page/x", "nothing/", "a//x", "to-a/", "to-a/..", "loop/x", "dangling/x", "no/such", new string('t', 256),
        "a/" + new string('t', 256), "to-page/", "script/..", string.Concat(Enumerable.Repeat("a/../", 900)) + "one", string.Concat(Enumerable.Repeat("./", 2050)),
    ];

    private const UnixFileMode OwnersRights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<string> _all = [];
    private readonly List<string> _directories = [];

    /// <summary>The directories that are shut to their owner, those above before those below.</summary>
    public List<string> Closed { get; } = [];

    /// <summary>How many files, directories and links there are.</summary>
    public int Count => _all.Count;

    /// <summary>Takes note of what exists in the plain directory now.</summary>
    public void Look()
    {
        _all.Clear();
        _directories.Clear();
        _directories.Add("");
        Closed.Clear();
        Look(new DirectoryInfo(plain), "");
    }

    /// <summary>A path that most probably exists.</summary>
    public string Existing() => random.Next(100) switch
    {
        < 80 => Word(Pick(_all)),
        < 88 => Word(Pick(_directories) is { Length: > 0 } directory ? directory : "."),
        < 96 => New(),
        _ => Odd(),
    };

    /// <summary>A path in a directory that most probably exists; often free.</summary>
    public string New() => random.Next(100) switch
    {
        < 80 => Word(Below(Shallow(), Pick(s_names))),
        < 90 => $"@{random.Next(OperationGenerator.Slots)}/{Word(Pick(s_names))}",
        < 96 => Word(Pick(_all)),
        _ => Odd(),
    };

    /// <summary>A directory that most probably exists.</summary>
    public string ExistingDirectory() => random.Next(100) < 90 ? Word(Pick(_directories) is { Length: > 0 } directory ? directory : ".") : Existing();

    /// <summary>What a link may point to: never above the directory that holds the work.</summary>
    public string Target() => random.Next(100) switch
    {
        < 60 => Word(Pick(s_names)),
        < 75 => Word("a/" + Pick(s_names)),
        < 85 => Word(new string('s', random.Next(1, 4200))),
        < 90 => Word("."),
        _ => Word(Pick(s_odd)),
    };

    private static string Below(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    private string Odd() => random.Next(3) == 0 ? $"@{random.Next(OperationGenerator.Slots)}" : Word(Pick(s_odd));

    /// <summary>Rather not ever deeper: of three, the one with the shortest path.</summary>
    private string Shallow() => new[] { Pick(_directories), Pick(_directories), Pick(_directories) }.MinBy(path => path.Count(character => character == '/'))!;

    private string Pick(IReadOnlyList<string> from) => from.Count == 0 ? "no-such-name" : from[random.Next(from.Count)];

    private void Look(DirectoryInfo directory, string path)
    {
        foreach (FileSystemInfo info in directory.GetFileSystemInfos().OrderBy(info => info.Name, StringComparer.Ordinal))
        {
            string below = Below(path, info.Name);
            _all.Add(below);
            if (info is DirectoryInfo child && (info.Attributes & FileAttributes.ReparsePoint) == 0)
            {
                _directories.Add(below);
                if ((info.UnixFileMode & OwnersRights) != OwnersRights)
                {
                    Closed.Add(Word(below));
                }

                Look(child, below);
            }
        }
    }

    /// <summary>As Programs/text.h reads it.</summary>
    private static string Word(string text)
    {
        StringBuilder word = new();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            _ = value is > (byte)' ' and < 0x7f and not (byte)'%' and not (byte)'@' ? word.Append((char)value) : word.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return word.Length == 0 ? "%" : word.ToString();
    }
}
