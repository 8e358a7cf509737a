using System.Collections.Concurrent;
using System.Globalization;
using VirtualRoot.Posix.Tests.Columns;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Posix.Tests.Support;

/// <summary>What each column and each person in a plain directory sees, each observed once, two of them at a time.</summary>
/// <remarks>VROOT_CATALOGUE_MINUTES: how long one of them may take; an emulated machine (eng/kernel) needs more than a real one.</remarks>
public sealed class CatalogueMachine : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(
        Environment.GetEnvironmentVariable("VROOT_CATALOGUE_MINUTES") is { Length: > 0 } minutes ? int.Parse(minutes, CultureInfo.InvariantCulture) : 8);

    private readonly FuseDeviceForAll? _devFuse;
    private readonly TestDirectory _directory = new();
    private readonly Lazy<Ext4Directory> _ext4 = new();
    private readonly Lazy<string> _tool;
    private readonly Lazy<CataloguePrograms> _programs;
    private readonly SemaphoreSlim _lanes = new(2);
    private readonly ConcurrentDictionary<Person, Lazy<Task<Observations>>> _seenInPlain = new();
    private readonly ConcurrentDictionary<Column, Lazy<Task<Observations>>> _seenInRoots = new();
    private readonly ConcurrentDictionary<Person, Lazy<string>> _digests = new();

    public CatalogueMachine()
    {
        _devFuse = File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess ? new FuseDeviceForAll() : null;
        _tool = new Lazy<string>(() => PublishedTool.Find(_directory));
        _programs = new Lazy<CataloguePrograms>(() => new CataloguePrograms(_directory));
    }

    /// <summary>The names of all cases.</summary>
    public IReadOnlyList<string> Names => Run(_programs.Value.Catalogue(Person.Root, "list")).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What that person sees in a plain directory.</summary>
    public Task<Observations> InPlainDirectory(Person person) =>
        _seenInPlain.GetOrAdd(person, _ => new Lazy<Task<Observations>>(() => InLane(() => ObservePlain(person)))).Value;

    /// <summary>What is seen in a root.</summary>
    public Task<Observations> InRoot(Column column) =>
        _seenInRoots.GetOrAdd(column, _ => new Lazy<Task<Observations>>(() => InLane(() => Observe(column)))).Value;

    public void Dispose()
    {
        if (_ext4.IsValueCreated)
        {
            _ext4.Value.Dispose();
        }

        foreach (string line in MountTable.Below(_directory.Path))
        {
            Run(new ProcessCommand("/usr/bin/umount", ["-l", line.Split(' ')[4]]));
        }

        _devFuse?.Dispose();
        _directory.Dispose();
        _lanes.Dispose();
    }

    private static ProcessOutcome Run(ProcessCommand command) => ChildProcess.Run(command, s_limit);

    private async Task<Observations> InLane(Func<Observations> observe)
    {
        await _lanes.WaitAsync();
        try
        {
            return await Task.Run(observe);
        }
        finally
        {
            _lanes.Release();
        }
    }

    private Observations ObservePlain(Person person)
    {
        string cases = _ext4.Value.Create(person.ToString(), CataloguePrograms.Uid(person));
        // There, what has just been created is like any other file.
        return new Observations(Run(_programs.Value.Catalogue(person, ["run", cases, "created", .. Subjects.Enabled])));
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
        string point = _directory.Create($"mnt-{person}", CataloguePrograms.Uid(person));
        using ChildProcess daemon = ChildProcess.Start(Tool(person, "mount", "--cache", Cache(person), digest, point));
        daemon.WaitForOutput(point, s_limit);
        Observations seen = new(Run(_programs.Value.Catalogue(person, ["run", point + "/cases", Makings(person), .. Subjects.Enabled])));
        Run(Tool(person, "unmount", point)).Expect();
        daemon.WaitForExit(s_limit).Expect();
        return seen;
    }

    private Observations InRun(Person person) => new(Run(Tool(person, ["run", "--cache", Cache(person), "--env", "PYTHONPATH=/catalogue", Digest(person), "--",
        CataloguePrograms.Python, "-B", "-m", "catalogue", "run", "/cases", Makings(person), .. Subjects.Enabled])));

    /// <summary>What an input becomes by a change does not depend on who made it: root tries all three.</summary>
    private static string Makings(Person person) => person == Person.Root ? "input,changed,created" : "input,created";

    private ProcessCommand Tool(Person person, params string[] arguments) => _programs.Value.As(person, _tool.Value, arguments);

    private string Cache(Person person) => _ext4.Value.Create($"cache-{CataloguePrograms.Uid(person) ?? 0}", CataloguePrograms.Uid(person));

    /// <summary>The root's digest, once that user's embedded CAS has it.</summary>
    private string Digest(Person person)
    {
        Person pusher = person == Person.Root ? Person.Root : Person.User;
        return _digests.GetOrAdd(pusher, _ => new Lazy<string>(() =>
            Run(Tool(pusher, "push", "--cache", Cache(pusher), _programs.Value.TreeIn(_ext4.Value))).Expect().Output.Trim())).Value;
    }
}
