using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Tools.Tests.Support;

/// <summary>One root, pushed once, and what all cases did in it: each way and user is one run of all of them.</summary>
public sealed class ToolMachine : IDisposable
{
    // The tree shares its files with the machine's own packages, so nobody may write to it; what a system writes to lies in directories of each run.
    private const string Enter = """
        tree=$1 home=$2 && shift 2 && mount --rbind "$tree" "$tree" && mount -o remount,bind,ro "$tree" &&
        { mount -t proc proc "$tree/proc" 2>/dev/null || mount --rbind /proc "$tree/proc"; } &&
        mount --rbind /sys "$tree/sys" && mount --rbind /dev "$tree/dev" &&
        for name in work tmp run etc var root; do mount --bind "$home/$name" "$tree/$name" || exit; done &&
        exec env -i PATH="$PATH_INSIDE" HOME=/tmp/home /usr/sbin/chroot "$tree" "$@"
        """;

    private const string SearchPath = "/usr/lib/jvm/java-17-openjdk-amd64/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);

    private readonly FuseDeviceForAll _devFuse = new();
    private readonly TestDirectory _directory = new();

    // As many runs at a time as most machines have cores.
    private readonly SemaphoreSlim _lanes = new(2);
    private readonly Dictionary<(Way Way, Privilege Privilege), Lazy<Task<IReadOnlyDictionary<string, ToolOutcome>>>> _runs = [];
    private readonly RootTree _tree;
    private readonly ServedCas _cas;

    public ToolMachine()
    {
        Tool = PublishedTool.Find(_directory);
        _tree = new RootTree(_directory["root"]);
        ToolRoot.Build(_tree);
        ProcessCommand push = new(Tool, ["push", "--cache", _directory["cache"], _tree.Path]);
        Digest = ChildProcess.Run(push, TimeSpan.FromMinutes(5)).Expect().Output.Trim();
        _cas = new ServedCas(Tool, _directory["cache"]);
        foreach (string mountPoint in (string[])["/proc", "/sys", "/dev", "/tmp"])
        {
            _tree.AddDirectory(mountPoint);
        }

        foreach (Way way in Enum.GetValues<Way>())
        {
            foreach (Privilege privilege in Enum.GetValues<Privilege>().Where(privilege => way != Way.Without || privilege == Privilege.Root))
            {
                _runs.Add((way, privilege), new(() => Task.Run(() => RunAllAsync(way, privilege))));
            }
        }
    }

    /// <summary>What is left where the kernel grants neither a procfs of the action's own nor a seccomp listener.</summary>
    public static IReadOnlyList<string> PlainTier { get; } = ["--special", "synthesized", "--special-statfs", "off"];

    /// <summary>The path of vroot.</summary>
    public string Tool { get; }

    /// <summary>The root's digest.</summary>
    public string Digest { get; }

    /// <summary>How a case ended. The first question starts everything, so that the answers come side by side.</summary>
    public async Task<ToolOutcome> OutcomeAsync(string name, Way way, Privilege privilege)
    {
        foreach (Lazy<Task<IReadOnlyDictionary<string, ToolOutcome>>> run in _runs.Values)
        {
            _ = run.Value;
        }

        IReadOnlyDictionary<string, ToolOutcome> outcomes = await _runs[(way, privilege)].Value;
        return outcomes.TryGetValue(name, out ToolOutcome? outcome) ? outcome : throw new InvalidOperationException($"{name} has not run: {way} as {privilege}");
    }

    /// <summary><c>vroot run OPTIONS DIGEST -- COMMAND</c>, as root on the CAS that was pushed to, else from a served one with a cache of the user's own.</summary>
    public ProcessCommand InRoot(Privilege privilege, IReadOnlyList<string> options, params string[] command)
    {
        uint? uid = UidOf(privilege);
        string home = _directory.Create($"home-{privilege}", uid);
        string[] cas = uid is null ? ["--cache", _directory["cache"]] : ["--cache", home + "/cache", "--cas", _cas.Address];
        string[] arguments = ["run", .. cas, .. options, "--env", "PATH=" + SearchPath, "--env", "HOME=/tmp/home", Digest, "--", .. command];
        return new ProcessCommand(Tool, arguments) { Environment = EnvironmentOf(home), Uid = uid, WorkingDirectory = home };
    }

    /// <summary>A file that the user's runs may write.</summary>
    public string StatisticsFile(Privilege privilege) => $"{_directory.Create($"home-{privilege}", UidOf(privilege))}/statistics.json";

    /// <summary>A new FIFO that the user may open.</summary>
    public string MakeFifo(Privilege privilege)
    {
        string path = _directory[$"fifo-{Guid.NewGuid():N}"];
        ChildProcess.Run(new ProcessCommand("/usr/bin/mkfifo", [path]), s_limit).Expect();
        ChildProcess.Run(new ProcessCommand("/usr/bin/chown", [$"{UidOf(privilege) ?? 0}", path]), s_limit).Expect();
        return path;
    }

    public void Dispose()
    {
        _cas.Dispose();
        _directory.Dispose();
        _devFuse.Dispose();
        _lanes.Dispose();
    }

    private static uint? UidOf(Privilege privilege) => privilege == Privilege.User ? PublishedTool.OrdinaryUid : null;

    private static Dictionary<string, string> EnvironmentOf(string home)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = home, ["XDG_RUNTIME_DIR"] = home, ["TMPDIR"] = home };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            environment["DOTNET_ROOT"] = dotnet;
        }

        return environment;
    }

    private async Task<IReadOnlyDictionary<string, ToolOutcome>> RunAllAsync(Way way, Privilege privilege)
    {
        await _lanes.WaitAsync();
        try
        {
            string[] driver = ["/usr/bin/python3", "/driver/cases.py"];
            ProcessCommand command = way switch
            {
                Way.RealMounts => InPlainChroot(privilege, driver),
                Way.Ours => InRoot(privilege, PlainTier, driver),
                _ => InRoot(privilege, ["--special", "off"], driver),
            };
            return ToolCatalogue.ReadOutcomes(ChildProcess.Run(command, s_limit).Expect().Output);
        }
        finally
        {
            _lanes.Release();
        }
    }

    private ProcessCommand InPlainChroot(Privilege privilege, string[] command)
    {
        uint? uid = UidOf(privilege);
        string home = _directory.Create($"plain-{privilege}", uid);
        foreach (string name in (string[])["work", "tmp", "run", "root"])
        {
            _directory.Create($"plain-{privilege}/{name}", uid);
        }

        ProcessCommand copy = new("/usr/bin/cp", ["-R", "--preserve=mode", _tree.Host("/etc"), _tree.Host("/var"), home]);
        ChildProcess.Run(copy, s_limit).Expect();
        ChildProcess.Run(new ProcessCommand("/usr/bin/chown", ["-R", $"{uid ?? 0}", home]), s_limit).Expect();
        string[] namespaces = uid is null ? ["-mpf"] : ["-Urmpf"];
        Dictionary<string, string> environment = EnvironmentOf(home);
        environment["PATH_INSIDE"] = SearchPath;
        string[] arguments = [.. namespaces, "--propagation", "private", "/bin/sh", "-c", Enter, "sh", _tree.Path, home, .. command];
        return new ProcessCommand("/usr/bin/unshare", arguments) { Environment = environment, Uid = uid, WorkingDirectory = home };
    }
}
