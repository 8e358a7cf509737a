using System.Globalization;
using System.Security.Cryptography;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Blocking.Tests.Support;

/// <summary>
/// A root that is mounted by <c>vroot mount</c> from a CAS that can be silenced, a file system that holds requests back,
/// and the programs that freeze and read. At the end everything is let go first, then killed.
/// </summary>
public sealed class FrozenRoot : IDisposable
{
    /// <summary>For anything that happens sooner or later, on a loaded machine too.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory = new();
    private readonly FuseDeviceForAll _device = new();
    private readonly List<ChildProcess> _children = [];
    private readonly Timer _thaw;
    private readonly GatedMount _gated;
    private readonly string _tool;
    private readonly string _victim;
    private readonly string _reader;
    private readonly string _digest;

    public FrozenRoot()
    {
        _tool = PublishedTool.Find(_directory);
        _victim = Compile("victim");
        _reader = Compile("reader");
        RootTree tree = new(_directory["root"]);
        tree.Add("/bin/busybox", "/bin/busybox").AddDirectory("/dev").AddDirectory("/proc");
        foreach (string name in (string[])["fault", "populate", "read"])
        {
            tree.AddText("/frozen/" + name, "x" + Convert.ToHexString(RandomNumberGenerator.GetBytes(64 * 1024)));
        }

        tree.Add(_victim, "/frozen/program");
        _digest = ChildProcess.Run(new ProcessCommand(_tool, ["push", "--cache", _directory["cas"], tree.Path]), Limit).Expect().Output.Trim();
        Cas = new ServedCas(_tool, _directory["cas"]);
        _gated = new GatedMount(_directory);
        _thaw = new Timer(_ => Thaw());
        Point = _directory.Create("mnt");
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = _directory.Create("home"), ["TMPDIR"] = _directory.Create("tmp") };
        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            Environment["DOTNET_ROOT"] = dotnet;
        }

        Daemon = StartChild(Tool("mount", _digest, Point));
        Daemon.WaitForOutput(Point, Limit);
        BusyBox("true").Expect(); // fetched before the CAS is silenced
    }

    public string Point { get; }

    public ServedCas Cas { get; }

    public ChildProcess Daemon { get; }

    public Dictionary<string, string> Environment { get; }

    internal GatedFileSystem Gate => _gated.Gate;

    /// <summary>Starts a victim, which says "begun" when it is about to freeze, and waits for that.</summary>
    /// <param name="state">What the victim calls it.</param>
    /// <param name="held">What the gated file system is to hold back; null where the CAS does.</param>
    public ChildProcess Freeze(string state, FuseOpcode? held)
    {
        // Should a test fail in the middle: to kill a process with its children looks at all of them, and would wait for this one.
        _thaw.Change(2 * Limit, Timeout.InfiniteTimeSpan);
        if (held is { } opcode)
        {
            Gate.Hold(opcode);
        }

        ChildProcess victim = StartChild(new ProcessCommand(_victim, [state, System.IO.Path.Combine(_gated.Point, state), Point]));
        victim.WaitForOutput("begun", Limit);
        Wait.Until(() => held is null ? IsAsleep(victim.Id) : Gate.Held > 0, $"a victim frozen in {state}");
        return victim;
    }

    /// <summary>Begins to read every entry of a process by a process each, in the root or, with "/", on the machine's own
    /// procfs; ends after so many seconds at the latest.</summary>
    public ChildProcess StartReader(string root, int seconds, int pid) => StartReader(ReaderOf(root, seconds, pid));

    /// <summary>Begins to read one entry in the root by many processes at once.</summary>
    public ChildProcess StartReaders(int pid, int count, string entry) =>
        StartReader(ReaderOf(Point, 50, pid, count.ToString(CultureInfo.InvariantCulture), entry));

    /// <summary>Runs busybox in the root.</summary>
    public ProcessOutcome BusyBox(string script) =>
        ChildProcess.Run(new ProcessCommand("/usr/sbin/chroot", [Point, "/bin/busybox", "sh", "-c", script]) { Environment = Environment }, Limit);

    /// <summary>Asserts that the root and what /proc tells of others is there, whoever is frozen.</summary>
    public void AssertServed() => BusyBox("""
        set -e
        cat /proc/self/stat /proc/self/maps /proc/self/cmdline /proc/self/environ /proc/meminfo /dev/null >/dev/null
        test "$(readlink /proc/self/exe)" = /usr/bin/busybox
        echo /proc/* /proc/self/fd/* /proc/self/task/* >/dev/null
        ls -l /frozen / >/dev/null
        echo written > /bin/new
        rm /bin/new
        """).Expect();

    /// <summary>A path beside the root.</summary>
    public string Path(string name) => _directory[name];

    /// <summary><c>vroot run</c> of the same root.</summary>
    public ProcessCommand Run(string[] options, params string[] command) => Tool("run", [.. options, _digest, "--", .. command]);

    public ProcessCommand Tool(string command, params string[] rest) =>
        new(_tool, [command, "--cas", Cas.Address, "--cache", _directory["cache"], .. rest]) { Environment = Environment };

    /// <summary>The lines "ENTRY RESULT" of a reader, at its end.</summary>
    public static IEnumerable<(string Entry, string Result)> Results(ChildProcess reader) =>
        reader.WaitForExit(Limit).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Where(words => words[0] != "started").Select(words => (words[0], words[1]));

    /// <summary>How many threads of a process wait without being interruptible.</summary>
    public static int ThreadsInD(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Count(task => File.ReadAllText(task + "/status").Contains("State:\tD", StringComparison.Ordinal));

    /// <summary>Lets go what is frozen.</summary>
    public void Thaw()
    {
        Gate.LetGo();
        Cas.Continue();
    }

    public void Dispose()
    {
        // In this order: what is frozen can only be killed once it was let go.
        Thaw();
        _thaw.Dispose();
        foreach (ChildProcess child in Enumerable.Reverse(_children))
        {
            child.Dispose();
        }

        _gated.Dispose();
        Cas.Dispose();
        foreach (string line in MountTable.Below(_directory.Path))
        {
            ChildProcess.Run(new ProcessCommand("/usr/bin/umount", ["-l", line.Split(' ')[4]]), Limit);
        }

        _device.Dispose();
        _directory.Dispose();
    }

    private static bool IsAsleep(int pid) =>
        File.ReadAllText($"/proc/{pid}/status") is { } status && (status.Contains("State:\tS", StringComparison.Ordinal) || status.Contains("State:\tD", StringComparison.Ordinal));

    private ProcessCommand ReaderOf(string root, int seconds, int pid, params string[] rest) =>
        new(_reader, [root, seconds.ToString(CultureInfo.InvariantCulture), pid.ToString(CultureInfo.InvariantCulture), .. rest]);

    private ChildProcess StartReader(ProcessCommand command)
    {
        ChildProcess reader = StartChild(command);
        reader.WaitForOutput("started", Limit);
        return reader;
    }

    private ChildProcess StartChild(ProcessCommand command)
    {
        ChildProcess child = ChildProcess.Start(command);
        _children.Add(child);
        return child;
    }

    private string Compile(string name)
    {
        string program = _directory[name];
        string source = System.IO.Path.Combine(AppContext.BaseDirectory, "Programs", name + ".c");
        ChildProcess.Run(new ProcessCommand("/usr/bin/gcc", ["-O1", "-static", "-Wall", "-Wextra", "-Werror", "-o", program, source]), Limit).Expect();
        return program;
    }
}
