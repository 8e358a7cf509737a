using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>
/// Somebody who uses vroot with a home, a cache and a temporary directory of their own, all of them empty at first. Their path is in
/// the environment and the arguments of every process that they start, which tells what was left behind.
/// </summary>
public sealed class VRootUser : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private readonly TestDirectory _directory = new();
    private readonly Machine _machine;

    public VRootUser(Machine machine, Privilege privilege)
    {
        _machine = machine;
        Privilege = privilege;
        Uid = privilege == Privilege.User ? PublishedTool.OrdinaryUid : null;
        Home = _directory.Create("home", Uid);
        Cache = _directory.Create("cache", Uid);
        Temporary = _directory.Create("tmp", Uid);
        Cas = machine.Cas;
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = Home,
            ["XDG_CACHE_HOME"] = Path.Combine(Home, ".cache"),
            ["XDG_RUNTIME_DIR"] = Temporary,
            ["TMPDIR"] = Temporary,
            ["VROOT_SPECIAL"] = "synthesized", // what is to be tested is ours; by default a run takes the kernel's /proc
        };
        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            Environment["DOTNET_ROOT"] = dotnet;
        }
    }

    public Privilege Privilege { get; }

    /// <summary>null: root.</summary>
    public uint? Uid { get; }

    public string Home { get; }

    public string Cache { get; }

    public string Temporary { get; }

    /// <summary>The address given as --cas.</summary>
    public string Cas { get; init; }

    public Dictionary<string, string> Environment { get; }

    public TestDirectory Files => _directory;

    /// <summary><c>vroot COMMAND --cas … --cache … REST</c>.</summary>
    public ProcessCommand Command(string command, params string[] rest) =>
        Plain([command, "--cas", Cas, "--cache", Cache, .. rest]);

    /// <summary>vroot with these arguments and no other.</summary>
    public ProcessCommand Plain(params string[] arguments) => new(_machine.Tool, arguments) { Environment = Environment, Uid = Uid, WorkingDirectory = Temporary };

    /// <summary>Another program as the same user.</summary>
    public ProcessCommand Program(string program, params string[] arguments) =>
        new(program, arguments) { Environment = Environment, Uid = Uid, WorkingDirectory = Temporary };

    public ProcessOutcome Invoke(string command, params string[] rest) => ChildProcess.Run(Command(command, rest), s_limit);

    /// <summary><c>vroot run … DIGEST -- COMMAND</c> with a PATH and a HOME for the action.</summary>
    public ProcessOutcome Run(PushedRoot root, params string[] command) => Run(root, [], command);

    public ProcessOutcome Run(PushedRoot root, IReadOnlyList<string> options, params string[] command) =>
        ChildProcess.Run(RunCommand(root.Digest, options, command), s_limit);

    public ChildProcess StartRun(PushedRoot root, IReadOnlyList<string> options, params string[] command) =>
        ChildProcess.Start(RunCommand(root.Digest, options, command));

    public ProcessCommand RunCommand(string digest, IReadOnlyList<string> options, params string[] command) =>
        Command("run", [digest, "--env", "PATH=/usr/bin:/bin", "--env", "HOME=/tmp", .. options, "--", .. command]);

    /// <summary>Asserts that no process, no mount and no file of this user's runs is left.</summary>
    public void AssertNothingLeft()
    {
        Assert.Empty(ProcessTable.FindAfter(_directory.Path, TimeSpan.FromSeconds(60)));
        Assert.Empty(MountTable.Below(_directory.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Temporary));
    }

    public void Dispose()
    {
        foreach (string line in MountTable.Below(_directory.Path))
        {
            ChildProcess.Run(new ProcessCommand("/usr/bin/umount", ["-l", line.Split(' ')[4]]), TimeSpan.FromSeconds(60));
        }

        _directory.Dispose();
    }
}
