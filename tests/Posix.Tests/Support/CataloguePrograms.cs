using VirtualRoot.Posix.Tests.Columns;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Posix.Tests.Support;

/// <summary>The catalogue where everybody may read it, how each person runs a program, and the input root.</summary>
internal sealed class CataloguePrograms
{
    public const string Python = PythonProgram.Path;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private readonly TestDirectory _directory;
    private readonly string _catalogue;
    private readonly string _ranges;
    private readonly Lock _treeGate = new();
    private string? _tree;

    public CataloguePrograms(TestDirectory directory)
    {
        _directory = directory;
        _catalogue = directory["catalogue"];
        Run("/usr/bin/cp", "-R", Path.Combine(AppContext.BaseDirectory, "Catalogue"), _catalogue);
        Run("/usr/bin/chmod", "-R", "a+rX", _catalogue);
        _ranges = directory.Write("subid", $"{PublishedTool.OrdinaryUid}:200000:65536\n");
        File.SetUnixFileMode(_ranges, (UnixFileMode)0b110_100_100);
    }

    /// <summary>null: root.</summary>
    public static uint? Uid(Person person) => person == Person.Root ? null : PublishedTool.OrdinaryUid;

    /// <summary><c>python3 -m catalogue …</c></summary>
    public ProcessCommand Catalogue(Person person, params string[] arguments) => As(person, Python, ["-B", "-m", "catalogue", .. arguments]);

    public ProcessCommand As(Person person, string program, params string[] arguments)
    {
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = _directory.Create($"home-{Uid(person) ?? 0}", Uid(person)),
            ["TMPDIR"] = _directory.Create($"tmp-{Uid(person) ?? 0}", Uid(person)),
            ["PYTHONPATH"] = _catalogue,
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            environment["DOTNET_ROOT"] = dotnet;
        }

        return person switch
        {
            Person.Root => new ProcessCommand(program, arguments) { Environment = environment },
            Person.User => new ProcessCommand(program, arguments) { Environment = environment, Uid = PublishedTool.OrdinaryUid },
            Person.OneId => new ProcessCommand("/usr/bin/unshare", ["-Ur", program, .. arguments]) { Environment = environment, Uid = PublishedTool.OrdinaryUid },
            Person.MappedIds => new ProcessCommand("/usr/bin/unshare", ["-m", "/bin/sh", "-ec", MappedIds, "sh", program, .. arguments]) { Environment = environment },
            _ => throw new ArgumentOutOfRangeException(nameof(person)),
        };
    }

    /// <summary>A root with Python, the catalogue, and the inputs of all cases.</summary>
    public string TreeIn(Ext4Directory directory)
    {
        lock (_treeGate)
        {
            return _tree ??= MakeTree(directory.Create("tree"));
        }
    }

    /// <summary>Gives www-data a range of ids in a mount namespace of its own: this machine's /etc/subuid stays as it is.</summary>
    private string MappedIds => $"""
        mount --bind {_ranges} /etc/subuid
        mount --bind {_ranges} /etc/subgid
        exec setpriv --reuid {PublishedTool.OrdinaryUid} --regid {PublishedTool.OrdinaryUid} --clear-groups --inh-caps=-all unshare -Urm --map-auto "$@"
        """;

    private string MakeTree(string path)
    {
        RootTree tree = new RootTree(path).AddPython().Add(_catalogue, "/catalogue").AddDirectory("/cases");
        ChildProcess.Run(Catalogue(Person.Root, "prepare", tree.Host("/cases")), s_limit).Expect();
        return tree.Path;
    }

    private static void Run(string program, params string[] arguments) => ChildProcess.Run(new ProcessCommand(program, arguments), s_limit).Expect();
}
