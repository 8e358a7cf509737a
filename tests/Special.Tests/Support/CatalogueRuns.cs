using System.Collections.Concurrent;
using VirtualRoot.Special.Tests.Columns;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Special.Tests.Support;

/// <summary>What each column sees in a root and with real mounts, each looked at once.</summary>
public sealed class CatalogueRuns : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);
    private static readonly string[] s_environment = ["PATH=/usr/bin:/bin", "HOME=/", "PYTHONPATH=/catalogue"];
    private readonly TestDirectory _directory = new();
    private readonly FuseDeviceForAll? _devFuse;
    private readonly SemaphoreSlim _lanes = new(2);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<(Column Column, bool IsReal), Lazy<Task<Observations>>> _seen = new();
    private readonly Dictionary<uint, string> _digests = [];
    private readonly Lazy<string> _tree;
    private readonly Lazy<string> _script;
    private readonly Lazy<string> _tool;

    public CatalogueRuns()
    {
        _devFuse = File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess ? new FuseDeviceForAll() : null;
        _tree = new Lazy<string>(() => new RootTree(_directory["tree"]).AddPython().Add(Catalogue, "/catalogue").Path);
        // Where an ordinary user may read it.
        _script = new Lazy<string>(() => _directory.Write("real-mounts.sh", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "real-mounts.sh"))));
        _tool = new Lazy<string>(() => PublishedTool.Find(_directory));
    }

    private static string Catalogue => Path.Combine(AppContext.BaseDirectory, "Catalogue");

    /// <summary>The names of all subjects.</summary>
    public static string[] Names()
    {
        ProcessCommand list = new(PythonProgram.Path, ["-B", "-m", "special", "list"]) { Environment = new Dictionary<string, string> { ["PYTHONPATH"] = Catalogue } };
        return ChildProcess.Run(list, s_limit).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What that column sees in a chroot with the kernel's own directories.</summary>
    public Task<Observations> WithRealMounts(Column column) => Once(column, isReal: true);

    /// <summary>What it sees in a root of ours.</summary>
    public Task<Observations> InRoot(Column column) => Once(column, isReal: false);

    public void Dispose()
    {
        _devFuse?.Dispose();
        _directory.Dispose();
        _lanes.Dispose();
    }

    private static uint? Starter(Column column) => column == Column.OwnNamespace ? PublishedTool.OrdinaryUid : null;

    /// <summary>The program in the root.</summary>
    private static string[] Look(Column column) =>
        [PythonProgram.Path, "-B", "-m", "special", .. column == Column.User ? ["run-as", $"{PublishedTool.OrdinaryUid}"] : new[] { "run" }];

    private Task<Observations> Once(Column column, bool isReal) =>
        _seen.GetOrAdd((column, isReal), _ => new Lazy<Task<Observations>>(() => InLane(() => new Observations(Run(isReal ? Real(column) : Root(column)))))).Value;

    private async Task<Observations> InLane(Func<Observations> look)
    {
        await _lanes.WaitAsync();
        try
        {
            return await Task.Run(look);
        }
        finally
        {
            _lanes.Release();
        }
    }

    private ProcessCommand Real(Column column)
    {
        // The tree as it is pushed; what real mounts need is added after.
        foreach (Column pushes in Enum.GetValues<Column>())
        {
            Digest(Starter(pushes));
        }

        lock (_gate)
        {
            foreach (string point in (string[])["proc", "sys", "dev", "tmp"])
            {
                Directory.CreateDirectory(Path.Combine(_tree.Value, point));
            }
        }

        string[] namespaces = [.. column == Column.OwnNamespace ? ["-U", "-r"] : Array.Empty<string>(), "-m", "-p", "-f", "-C", "--propagation", "private", "--kill-child"];
        return new ProcessCommand("/usr/bin/unshare", [.. namespaces, "/bin/sh", "-e", _script.Value, _tree.Value, .. Look(column)])
        {
            Environment = s_environment.Select(entry => entry.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]),
            Uid = Starter(column),
        };
    }

    private ProcessCommand Root(Column column)
    {
        string digest = Digest(Starter(column));
        string[] environment = [.. s_environment.SelectMany(entry => new[] { "--env", entry })];
        return Tool(Starter(column), ["run", "--cache", Cache(Starter(column)), "--special", "synthesized", .. environment, digest, "--", .. Look(column)]);
    }

    private ProcessCommand Tool(uint? uid, params string[] arguments)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = _directory.Create($"home-{uid ?? 0}", uid), ["TMPDIR"] = _directory.Create($"tmp-{uid ?? 0}", uid) };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            environment["DOTNET_ROOT"] = dotnet;
        }

        return new ProcessCommand(_tool.Value, arguments) { Environment = environment, Uid = uid };
    }

    private string Cache(uint? uid) => _directory.Create($"cache-{uid ?? 0}", uid);

    /// <summary>The tree's digest, once that user's embedded CAS has it.</summary>
    private string Digest(uint? uid)
    {
        lock (_gate)
        {
            if (!_digests.TryGetValue(uid ?? 0, out string? digest))
            {
                digest = _digests.Values.FirstOrDefault();
                string pushed = Run(Tool(uid, "push", "--cache", Cache(uid), _tree.Value)).Expect().Output.Trim();
                Assert.True(digest is null || digest == pushed, "the tree has changed");
                _digests[uid ?? 0] = digest = pushed;
            }

            return digest;
        }
    }

    private static ProcessOutcome Run(ProcessCommand command) => ChildProcess.Run(command, s_limit);
}
