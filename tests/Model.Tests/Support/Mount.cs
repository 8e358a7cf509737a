using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Model.Tests.Support;

/// <summary>The input root, mounted by a <c>vroot mount</c> process of its own, as root (directly) or as an ordinary user (by fusermount3).</summary>
internal sealed class Mount : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly TestDirectory _directory = new();
    private readonly Machine _machine;

    public Mount(Machine machine, uint? uid, params string[] options)
    {
        _machine = machine;
        Uid = uid;
        Point = _directory.Create("mnt", uid);
        // Users' stores are their own; to copy one is cheaper than to push it again.
        string digest = machine.Digest;
        Cache = _directory["cache"];
        Run("/usr/bin/cp", "-a", machine.Cas, Cache);
        string home = _directory.Create("home", uid);
        if (uid is { } owner)
        {
            Run("/usr/bin/chown", "-R", $"{owner}:{owner}", Cache);
        }

        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = home, ["TMPDIR"] = home };
        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            Environment["DOTNET_ROOT"] = dotnet;
        }

        Daemon = ChildProcess.Start(new ProcessCommand(machine.Tool, ["mount", "--special", "off", "--cache", Cache, .. options, digest, Point]) { Environment = Environment, Uid = uid });
        try
        {
            Daemon.WaitForOutput(Point, s_limit);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>null: root.</summary>
    public uint? Uid { get; }

    /// <summary>Where it is mounted.</summary>
    public string Point { get; }

    /// <summary>The directory in it that tests change.</summary>
    public string Work => Path.Combine(Point, InputTree.Work);

    public string Cache { get; }

    public Dictionary<string, string> Environment { get; }

    public ChildProcess Daemon { get; }

    /// <summary>
    /// A plain directory that is like <see cref="Work"/>: bytes from the tree that was pushed, owners, modes and times as the mount shows them.
    /// </summary>
    public string CopyInputs(string name = "plain")
    {
        string parent = _directory.Create(name, Uid);
        string work = Path.Combine(parent, InputTree.Work);
        Run("/usr/bin/cp", "-a", Path.Combine(_machine.Inputs, InputTree.Work), work);
        if (Uid is { } owner)
        {
            Run("/usr/bin/chown", "-R", "-h", $"{owner}:{owner}", parent);
        }

        // Links cannot be given attributes once they exist: they come with them. "/." both: what is in the one, over what is in the other.
        Run("/usr/bin/find", work, "-type", "l", "-delete");
        As("/usr/bin/cp", "-a", "--attributes-only", Work + "/.", work + "/.").Expect();
        return work;
    }

    /// <summary>Runs a program as the mount's user to its end.</summary>
    public ProcessOutcome As(string program, params string[] arguments) => ChildProcess.Run(Command(program, arguments), s_limit);

    /// <summary>A program as the mount's user.</summary>
    public ProcessCommand Command(string program, params string[] arguments) => new(program, arguments) { Environment = Environment, Uid = Uid };

    /// <summary>Asserts that the daemon runs and has had nothing to complain about.</summary>
    public void AssertHealthy()
    {
        Assert.False(Daemon.HasExited, $"the daemon has ended: {Daemon.Error.Text}");
        Assert.Equal("", Daemon.Error.Text);
    }

    /// <summary><c>vroot unmount</c>; the daemon ends with it.</summary>
    public void Unmount()
    {
        As(_machine.Tool, "unmount", Point).Expect();
        Daemon.WaitForExit(s_limit).Expect();
    }

    public void Dispose()
    {
        if (Daemon is not null)
        {
            if (!Daemon.HasExited)
            {
                const int SIGTERM = 15;
                Daemon.Signal(SIGTERM);
                Daemon.WaitForExit(s_limit);
            }

            Daemon.Dispose();
        }

        _directory.Dispose();
    }

    private static void Run(string program, params string[] arguments) => ChildProcess.Run(new ProcessCommand(program, arguments), s_limit).Expect();
}
