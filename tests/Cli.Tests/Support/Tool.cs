using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Cli.Tests.Support;

/// <summary>vroot as it was built with these tests, where every user may execute it, and its vroot-init.</summary>
public sealed class Tool : IDisposable
{
    /// <summary>Nobody's: it has no entry in /etc/passwd.</summary>
    public const uint OrdinaryUid = 54322;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly TestDirectory _directory = new();
    private int _homes;

    public Tool()
    {
        string binaries = _directory.Create("bin");
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(IsOfTool))
        {
            File.Copy(file, Path.Combine(binaries, Path.GetFileName(file)));
        }

        CProgram.Compile(Directory.GetFiles(Path.Combine(Checkout(), "src/Init"), "*.c"), Path.Combine(binaries, "vroot-init"));
        Program = Path.Combine(binaries, "vroot.dll");
    }

    public string Program { get; }

    public TestDirectory Files => _directory;

    /// <summary>A home of somebody's own, empty.</summary>
    public string NewHome(uint? uid = null) => _directory.Create($"home-{Interlocked.Increment(ref _homes)}", uid);

    /// <summary>vroot with these arguments, in an environment of only HOME, PATH and what is given.</summary>
    public ProcessCommand Command(string home, params string[] arguments) => new("/usr/bin/env", ["dotnet", Program, .. arguments])
    {
        Environment = new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["DOTNET_TieredPGO"] = "0",
        },
    };

    public ProcessOutcome Run(string home, params string[] arguments) => ChildProcess.Run(Command(home, arguments), s_limit);

    public ProcessOutcome Run(ProcessCommand command) => ChildProcess.Run(command, s_limit);

    public void Dispose() => _directory.Dispose();

    private static bool IsOfTool(string file) =>
        Path.GetExtension(file) is ".dll" or ".json" && !Path.GetFileName(file).Contains("Tests", StringComparison.Ordinal);

    private static string Checkout()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "VirtualRoot.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new InvalidOperationException($"no VirtualRoot.sln above {AppContext.BaseDirectory}");
    }
}
