using VirtualRoot.Posix.Tests.Columns;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Posix.Tests.Support;

/// <summary>
/// The catalogue where everybody may read it, an input root that holds Python, the catalogue and the inputs of all cases, and what
/// each person sees in a plain directory (once for all columns).
/// </summary>
public sealed class CatalogueMachine : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private readonly FuseDeviceForAll? _devFuse;
    private readonly TestDirectory _directory = new();
    private readonly Lazy<Ext4Directory> _ext4 = new();
    private readonly Lazy<string> _tool;
    private readonly Lazy<string> _catalogue;
    private readonly Lazy<string> _tree;
    private readonly Dictionary<Person, Observations> _seenInPlain = [];
    private readonly Dictionary<Column, Observations> _seenInRoots = [];
    private readonly Dictionary<uint, string> _digests = [];

    public CatalogueMachine()
    {
        _devFuse = File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess ? new FuseDeviceForAll() : null;
        _tool = new Lazy<string>(() => PublishedTool.Find(_directory));
        _catalogue = new Lazy<string>(CopyCatalogue);
        _tree = new Lazy<string>(MakeTree);
    }

    /// <summary>The names of all cases.</summary>
    public IReadOnlyList<string> Names => ChildProcess.Run(Catalogue(Person.User, "list"), s_limit).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What that person sees in a plain directory.</summary>
    public Observations InPlainDirectory(Person person)
    {
        if (!_seenInPlain.TryGetValue(person, out Observations? seen))
        {
            string cases = _ext4.Value.Create(person.ToString(), Uid(person));
            ChildProcess.Run(Catalogue(person, "prepare", cases), s_limit).Expect();
            _seenInPlain[person] = seen = new Observations(ChildProcess.Run(Catalogue(person, ["run", cases, .. Subjects.Enabled]), s_limit));
        }

        return seen;
    }

    /// <summary>What is seen in a root.</summary>
    public Observations InRoot(Column column)
    {
        if (!_seenInRoots.TryGetValue(column, out Observations? seen))
        {
            _seenInRoots[column] = seen = Observe(column);
        }

        return seen;
    }

    public void Dispose()
    {
        if (_ext4.IsValueCreated)
        {
            _ext4.Value.Dispose();
        }

        foreach (string line in MountTable.Below(_directory.Path))
        {
            ChildProcess.Run(new ProcessCommand("/usr/bin/umount", ["-l", line.Split(' ')[4]]), s_limit);
        }

        _devFuse?.Dispose();
        _directory.Dispose();
    }

    private Observations Observe(Column column) => column switch
    {
        Column.MountByRoot => InMount(Person.Root),
        Column.MountByUser => InMount(Person.User),
        Column.RunByRoot => InRun(Person.Root),
        // vroot run makes the user namespace itself.
        Column.RunByUser => InRun(Person.User),
        Column.RunWithMappedIds => InRun(Person.MappedIds),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    private Observations InMount(Person person)
    {
        string digest = Digest(person);
        string point = _directory.Create($"mnt-{person}", Uid(person));
        using ChildProcess daemon = ChildProcess.Start(As(person, _tool.Value, "mount", "--cache", Cache(person), digest, point));
        daemon.WaitForOutput(point, s_limit);
        Observations seen = new(ChildProcess.Run(Catalogue(person, ["run", point + "/cases", .. Subjects.Enabled]), s_limit));
        ChildProcess.Run(As(person, _tool.Value, "unmount", point), s_limit).Expect();
        daemon.WaitForExit(s_limit).Expect();
        return seen;
    }

    private Observations InRun(Person person)
    {
        string digest = Digest(person);
        ProcessCommand run = As(person, _tool.Value, ["run", "--cache", Cache(person), "--env", "PYTHONPATH=/catalogue", digest, "--",
            Python, "-B", "-m", "catalogue", "run", "/cases", .. Subjects.Enabled]);
        return new Observations(ChildProcess.Run(run, s_limit));
    }

    private ProcessCommand Catalogue(Person person, params string[] arguments) => As(person, Python, ["-B", "-m", "catalogue", .. arguments]);

    private ProcessCommand As(Person person, string program, params string[] arguments)
    {
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = _directory.Create($"home-{Uid(person) ?? 0}", Uid(person)),
            ["TMPDIR"] = _directory.Create($"tmp-{Uid(person) ?? 0}", Uid(person)),
            ["PYTHONPATH"] = _catalogue.Value,
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
            Person.MappedIds => new ProcessCommand("/usr/bin/unshare", ["-m", "/bin/sh", "-ec", MappedIds(), "sh", program, .. arguments]) { Environment = environment },
            _ => throw new ArgumentOutOfRangeException(nameof(person)),
        };
    }

    /// <summary>Gives www-data a range of ids in a mount namespace of its own: this machine's /etc/subuid stays as it is.</summary>
    private string MappedIds()
    {
        string ranges = _directory.Write("subid", $"{PublishedTool.OrdinaryUid}:200000:65536\n");
        File.SetUnixFileMode(ranges, (UnixFileMode)0b110_100_100);
        return $"""
            mount --bind {ranges} /etc/subuid
            mount --bind {ranges} /etc/subgid
            exec setpriv --reuid {PublishedTool.OrdinaryUid} --regid {PublishedTool.OrdinaryUid} --clear-groups --inh-caps=-all unshare -Urm --map-auto "$@"
            """;
    }

    private static uint? Uid(Person person) => person == Person.Root ? null : PublishedTool.OrdinaryUid;

    private string Cache(Person person) => _ext4.Value.Create($"cache-{Uid(person) ?? 0}", Uid(person));

    /// <summary>The root's digest, once that user's embedded CAS has it.</summary>
    private string Digest(Person person)
    {
        uint uid = Uid(person) ?? 0;
        if (!_digests.TryGetValue(uid, out string? digest))
        {
            Person pusher = uid == 0 ? Person.Root : Person.User;
            string output = ChildProcess.Run(As(pusher, _tool.Value, "push", "--cache", Cache(pusher), _tree.Value), s_limit).Expect().Output;
            _digests[uid] = digest = output.Trim();
        }

        return digest;
    }

    private string CopyCatalogue()
    {
        string copy = _directory["catalogue"];
        ChildProcess.Run(new ProcessCommand("/usr/bin/cp", ["-R", Path.Combine(AppContext.BaseDirectory, "Catalogue"), copy]), s_limit).Expect();
        ChildProcess.Run(new ProcessCommand("/usr/bin/chmod", ["-R", "a+rX", copy]), s_limit).Expect();
        return copy;
    }

    private string MakeTree()
    {
        string python = "/usr/lib/" + Path.GetFileName(File.ResolveLinkTarget(Python, returnFinalTarget: true)!.FullName);
        RootTree tree = new RootTree(_ext4.Value.Create("tree")).AddProgram(Python).Add(python, python).Add(_catalogue.Value, "/catalogue").AddDirectory("/cases");
        foreach (string module in Directory.EnumerateFiles(python + "/lib-dynload", "_ctypes.*.so"))
        {
            tree.AddLibrariesOf(module);
        }

        ChildProcess.Run(Catalogue(Person.Root, "prepare", tree.Host("/cases")), s_limit).Expect();
        return tree.Path;
    }
}
