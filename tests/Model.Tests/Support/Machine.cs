using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Model.Tests.Support;

/// <summary>What the tests share: the published tool, the input root in a CAS, and the programs that do the work on a mount.</summary>
public sealed class Machine : IDisposable
{
    /// <summary>www-data: fusermount3 wants a user with an entry in /etc/passwd.</summary>
    public const uint OrdinaryUid = 33;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private readonly TestDirectory _directory = new();
    private readonly FuseDeviceForAll? _devFuse = Environment.IsPrivilegedProcess && File.Exists("/dev/fuse") ? new FuseDeviceForAll() : null;
    private readonly Dictionary<string, string> _programs = [];
    private readonly Lazy<string> _tool;
    private readonly Lazy<string> _digest;

    public Machine()
    {
        _tool = new Lazy<string>(CopyTool);
        _digest = new Lazy<string>(Push);
    }

    /// <summary>The path of vroot, which every user may run.</summary>
    internal string Tool => _tool.Value;

    /// <summary>The input tree on disk: <see cref="InputTree"/>.</summary>
    internal string Inputs => _directory["inputs"];

    /// <summary>The same in the CAS below <see cref="Cas"/>.</summary>
    internal string Digest => _digest.Value;

    /// <summary>The cache directory that Digest was pushed to.</summary>
    internal string Cas => _directory["cas"];

    /// <summary>The path of a program of Programs/, compiled at the first use.</summary>
    internal string Program(string name)
    {
        if (!_programs.TryGetValue(name, out string? program))
        {
            program = _directory[name];
            string source = Path.Combine(AppContext.BaseDirectory, "Programs", name + ".c");
            ChildProcess.Run(new ProcessCommand("/usr/bin/gcc", ["-O1", "-static", "-Wall", "-Wextra", "-Werror", "-o", program, source]), s_limit).Expect();
            _programs.Add(name, program);
        }

        return program;
    }

    public void Dispose()
    {
        _devFuse?.Dispose();
        _directory.Dispose();
    }

    private string Push()
    {
        InputTree.Build(Inputs);
        ProcessCommand push = new(Tool, ["push", "--cache", Cas, Inputs]);
        return ChildProcess.Run(push, s_limit).Expect().Output.Trim();
    }

    /// <summary>A copy: other users may not be able to enter the checkout.</summary>
    private string CopyTool()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string built = Path.Combine(at.FullName, "artifacts/vroot");
            if (File.Exists(Path.Combine(at.FullName, "VirtualRoot.sln")) && File.Exists(Path.Combine(built, "vroot")))
            {
                ChildProcess.Run(new ProcessCommand("/usr/bin/cp", ["-R", built, _directory["tool"]]), s_limit).Expect();
                return Path.Combine(_directory["tool"], "vroot");
            }
        }

        throw new InvalidOperationException($"no artifacts/vroot/vroot above {AppContext.BaseDirectory}: run ./eng/build first");
    }
}
