using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>A root mounted by <c>vroot mount</c> in the foreground, on a directory of the user's.</summary>
public sealed class MountedByTool : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly PushedRoot _root;
    private readonly string[] _options;

    public MountedByTool(Machine machine, Privilege privilege, PushedRoot root, string? cas = null, params string[] options)
    {
        User = new VRootUser(machine, privilege) { Cas = cas ?? machine.Cas };
        _root = root;
        _options = options;
        Point = User.Files.Create("mnt", User.Uid);
        try
        {
            Daemon = Start();
        }
        catch
        {
            User.Dispose();
            throw;
        }
    }

    public VRootUser User { get; }

    public ChildProcess Daemon { get; private set; }

    /// <summary>Where it is mounted.</summary>
    public string Point { get; }

    /// <summary>Mounts once more, after the daemon's end.</summary>
    public void MountAgain()
    {
        Daemon.Dispose();
        Daemon = Start();
    }

    /// <summary>Runs a program as the same user, in the mounted root; a child with a time limit, as everything that touches a mount.</summary>
    public ProcessOutcome Look(string program, params string[] arguments) => ChildProcess.Run(Looking(program, arguments), TimeSpan.FromSeconds(60));

    /// <summary>Like <see cref="Look"/>, and goes on.</summary>
    public ChildProcess StartLooking(string program, params string[] arguments) => ChildProcess.Start(Looking(program, arguments));

    /// <summary><c>vroot unmount</c>; the daemon ends with it.</summary>
    public void Unmount()
    {
        ChildProcess.Run(User.Plain("unmount", Point), s_limit).Expect();
        Daemon.WaitForExit(s_limit).Expect();
    }

    public void Dispose()
    {
        Daemon.Dispose();
        User.Dispose();
    }

    private ProcessCommand Looking(string program, string[] arguments) =>
        User.Program(program, arguments) with { WorkingDirectory = "/", Program = "/usr/bin/env", Arguments = ["-C", Point, program, .. arguments] };

    private ChildProcess Start()
    {
        ChildProcess daemon = ChildProcess.Start(User.Command("mount", [.. _options, _root.Digest, Point]));
        try
        {
            daemon.WaitForOutput(Point, s_limit);
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }
}
