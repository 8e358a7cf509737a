namespace VirtualRoot.Model.Tests.Operations;

/// <summary>Makes operations for Programs/operations.c. The same seed makes the same ones, as the plain directory answers alike.</summary>
internal sealed class OperationGenerator
{
    /// <summary>Descriptors that are open at once, as operations.c has it.</summary>
    public const int Slots = 16;

    /// <summary>Above this many files the tree is thinned out.</summary>
    private const int Crowded = 160;

    private static readonly int[] s_edges = [0, 1, 10, 100, 511, 4095, 4096, 4097, 8192, 12_288, 65_535, 65_536, 131_072, 262_144, 1 << 20];
    private static readonly string[] s_modes = ["644", "600", "755", "700", "444", "000", "4755", "2755", "1777", "2775", "6711", "222", "7777"];
    private static readonly string[] s_modesOfUsers = ["644", "600", "755", "755", "700", "700", "775", "4755", "2775", "6711", "444", "000", "1777", "222"];
    private static readonly string[] s_times = ["now", "now", "omit", "978307200.000000000", "1000000000.123456789", "1.000000001", "0.0", "4000000000.5", "1700000000.999999999", "1.1000000000"];
    private static readonly string[] s_xattrs = ["user.a", "user.b", "user.name%20with%20blanks", "user.c", "user." + new string('x', 250), "user." + new string('x', 251), "user.", "plain", "foo.bar", "%"];

    private readonly Random _random;
    private readonly PathChoice _paths;
    private readonly bool _asRoot;
    private readonly (int Weight, Func<string> Make)[] _kinds;
    private readonly int _totalWeight;
    private int _number;

    /// <param name="seed">Of the generator.</param>
    /// <param name="plain">The plain directory, which tells what exists.</param>
    /// <param name="asRoot">Whether operations may be done as another user, and give files away.</param>
    public OperationGenerator(int seed, string plain, bool asRoot)
    {
        _random = new Random(seed);
        _paths = new PathChoice(_random, plain);
        _asRoot = asRoot;
        _kinds = [.. Kinds()];
        _totalWeight = _kinds.Sum(kind => kind.Weight);
    }

    /// <summary>The next <paramref name="count"/> operations, or some more.</summary>
    public string[] Next(int count)
    {
        _paths.Look();
        List<string> operations = [$"{++_number} 0 opentop"];
        if (!_asRoot)
        {
            // Else all of the tree is shut to a user after some thousand operations.
            operations.AddRange(_paths.Closed.Select(path => $"{++_number} 0 chmod {path} 755"));
        }

        while (count-- > 0)
        {
            // An eighth of root's operations are another user's, for whom modes and owners count.
            int uid = _asRoot && _random.Next(8) == 0 ? 33 : 0;
            string operation = Make();

            // Known to differ: chown of another's set-ID file to -1 and -1 is EPERM on ext4. The kernel tells the daemon of it
            // as it tells of a fallocate by whoever may write the file, which takes the bits away and succeeds.
            uid = operation.EndsWith(" -1 -1", StringComparison.Ordinal) ? 0 : uid;
            operations.Add($"{++_number} {uid} {operation}");
        }

        return [.. operations];
    }

    /// <summary>The operation that compares everything: names, attributes, bytes, links and extended attributes.</summary>
    public string Tree() => $"{++_number} 0 tree";

    private string Make()
    {
        if (_paths.Count > Crowded && _random.Next(4) == 0)
        {
            return _random.Next(3) == 0 ? $"rmdir {_paths.ExistingDirectory()}" : $"unlink {_paths.Existing()}";
        }

        int at = _random.Next(_totalWeight);
        foreach ((int weight, Func<string> make) in _kinds)
        {
            if ((at -= weight) < 0)
            {
                return make();
            }
        }

        throw new InvalidOperationException("the weights do not add up");
    }

    private IEnumerable<(int Weight, Func<string> Make)> Kinds() =>
    [
        (60, Open),
        (20, () => $"open {Slot()} {_paths.New()} {Pick("rw,creat", "rw,creat", "w,creat", "rw,creat,excl", "w,creat,append", "rw,creat,trunc", "w,creat,trunc,append")} {Mode()}"),
        (12, () => $"close {Slot()}"),
        (40, () => $"pread {Slot()} {Offset()} {Length()}"),
        (15, () => $"read {Slot()} {Length()}"),
        (50, () => $"pwrite {Slot()} {Offset()} {Length()} {_random.Next()}"),
        (25, () => $"write {Slot()} {Length()} {_random.Next()}"),
        (8, () => $"lseek {Slot()} {Offset() - 100} {Pick("set", "cur", "end")}"),
        (8, () => $"{Pick("seekdata", "seekhole")} {Slot()} {Offset()}"),
        (15, () => $"ftruncate {Slot()} {Offset()}"),
        (12, () => $"truncate {_paths.Existing()} {(_random.Next(30) == 0 ? -1 : Offset())}"),
        (25, () => $"fallocate {Slot()} {Pick("alloc", "keep", "punch", "punch", "zero", "zerokeep", "punchgrow")} {Offset()} {Length()}"),
        (4, () => $"{Pick("fsync", "fdatasync")} {Slot()}"),
        (12, () => $"mapread {Slot()} {Offset()} {Length()}"),
        (15, () => $"mapwrite {Slot()} {Offset()} {Length()} {_random.Next()}"),
        (10, () => $"copyrange {Slot()} {Offset()} {Slot()} {Offset()} {Length()}"),
        (3, () => $"sendfile {Slot()} {Offset()} {Slot()} {Length()}"),
        (25, () => $"mkdir {_paths.New()} {Mode()}"),
        (20, () => $"rmdir {_paths.ExistingDirectory()}"),
        (35, () => $"unlink {_paths.Existing()}"),
        (30, () => $"{Pick("link", "link", "linkfollow")} {_paths.Existing()} {_paths.New()}"),
        (6, () => $"linkslot {Slot()} {_paths.New()}"),
        (8, () => $"open {Slot()} {_paths.ExistingDirectory()} {Pick("rw,tmpfile", "w,tmpfile", "rw,tmpfile,excl", "r,tmpfile")} {Mode()}"),
        (15, () => $"symlink {_paths.Target()} {_paths.New()}"),
        (10, () => $"readlink {_paths.Existing()} {Pick("8192", "3", "4096")}"),
        (45, () => $"rename {_paths.Existing()} {_paths.New()} {Pick("plain", "plain", "noreplace", "exchange", "both", "odd")}"),
        (20, () => $"rename {_paths.Existing()} {_paths.Existing()} {Pick("plain", "plain", "noreplace", "exchange")}"),
        (8, () => $"rename {_paths.ExistingDirectory()} {_paths.New()} plain"),
        (20, () => _random.Next(3) == 0 ? $"fchmod {Slot()} {Mode()}" : $"chmod {_paths.Existing()} {Mode()}"),
        (15, () => _random.Next(3) == 0 ? $"fchown {Slot()} {Owners()}" : $"{Pick("chown", "lchown")} {_paths.Existing()} {Owners()}"),
        (18, () => _random.Next(3) == 0 ? $"futimens {Slot()} {Pick(s_times)} {Pick(s_times)}" : $"{Pick("utimens", "lutimens")} {_paths.Existing()} {Pick(s_times)} {Pick(s_times)}"),
        (10, () => $"{Pick("access", "eaccess")} {_paths.Existing()} {Pick("f", "r", "w", "x", "r,w", "r,x")}"),
        (8, () => $"mknod {_paths.New()} {Pick("fifo", "sock", "file", "zero", "dir")} {Mode()}"),
        (30, () => $"{Pick("stat", "lstat")} {_paths.Existing()}"),
        (20, () => $"fstat {Slot()}"),
        (18, () => _random.Next(3) switch { 0 => $"getdents {Slot()}", 1 => $"readdirslot {Slot()}", _ => $"readdir {_paths.ExistingDirectory()}" }),
        (8, () => _random.Next(2) == 0 ? $"flock {Slot()} {Pick("sh", "ex", "un")}" : $"lock {Slot()} {Pick("r", "w", "u")} {Offset()} {Length()}"),
        (3, () => $"umask {Pick("022", "0", "027", "007", "022")}"),
        (15, () => $"{Attribute("setxattr")} {Pick(s_xattrs)} {Pick("0", "1", "20", "200", "300")} {_random.Next()} {Pick("any", "any", "create", "replace")}"),
        (8, () => $"{Attribute("getxattr")} {Pick(s_xattrs)} {Pick("0", "1", "1000")}"),
        (6, () => Attribute("listxattr")),
        (6, () => $"{Attribute("removexattr")} {Pick(s_xattrs)}"),
    ];

    private string Open()
    {
        string access = Pick("r", "r", "r", "w", "rw", "rw", "path");
        string extra = string.Concat(new[] { "append", "trunc", "nofollow", "directory", "sync", "creat", "excl" }.Where(_ => _random.Next(7) == 0).Select(flag => "," + flag));
        return $"open {Slot()} {_paths.Existing()} {access}{extra} {Mode()}";
    }

    /// <summary>The operation on a path, a link itself, or a descriptor.</summary>
    private string Attribute(string operation) => _random.Next(3) switch
    {
        0 => $"f{operation} {Slot()}",
        1 => $"l{operation} {_paths.Existing()}",
        _ => $"{operation} {_paths.Existing()}",
    };

    private int Slot() => _random.Next(Slots);

    private string Mode() => Pick(_asRoot ? s_modes : s_modesOfUsers);

    private string Owners() => Pick("-1 -1", "-1 0", "-1 33", "-1 34", "0 -1", "33 -1", "0 0", "33 33", "34 34", "0 33", "33 0");

    /// <summary>At and around the edges of pages and blocks, rarely behind them.</summary>
    private int Offset() => _random.Next(20) switch
    {
        < 11 => s_edges[_random.Next(s_edges.Length)],
        < 18 => _random.Next(200_000),
        18 => _random.Next(8 << 20),
        _ => (5 << 20) + _random.Next(-200, 200),
    };

    private int Length() => _random.Next(20) switch
    {
        < 11 => s_edges[_random.Next(s_edges.Length - 1)],
        < 19 => _random.Next(20_000),
        _ => _random.Next(3 << 20),
    };

    private string Pick(params string[] from) => from[_random.Next(from.Length)];
}
