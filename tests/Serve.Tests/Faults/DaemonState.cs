using System.Globalization;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>What a daemon holds at one moment, seen from outside.</summary>
internal sealed record DaemonState
{
    // Each connection of a client or to the CAS; how many there are at a moment is HTTP's matter.
    private const int SpareSockets = 4;

    // The thread pool grows and shrinks by itself.
    private const int SpareThreads = 24;

    private const string Library = "library";
    private const string Written = "file that an action wrote";

    /// <summary>How many descriptors of each kind it has, but for the libraries of .NET, which it loads when it first needs them.</summary>
    public required IReadOnlyDictionary<string, int> Descriptors { get; init; }

    public required int Threads { get; init; }

    /// <summary>Processes below it: "pid command".</summary>
    public required IReadOnlyList<string> Processes { get; init; }

    /// <summary>Processes anywhere that have the mark of its actions.</summary>
    public required IReadOnlyList<string> Marked { get; init; }

    /// <summary>Mounts in its namespace that are its own, or hold a namespace.</summary>
    public required IReadOnlyList<string> Mounts { get; init; }

    /// <summary>Names of what lies in its scratch and staging folders and in the build directory, but for the folders that are its own for life.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The state now.</summary>
    public static DaemonState Of(ServedWorker worker, string mark)
    {
        string process = $"/proc/{worker.ProcessId}";
        string[] status = File.ReadAllLines(process + "/status");
        return new DaemonState
        {
            Descriptors = Directory.GetFileSystemEntries(process + "/fd").Select(KindOf).Where(static kind => kind != Library).CountBy(static kind => kind).ToDictionary(),
            Threads = (int)Number(status, "Threads:"),
            Processes = ProcessTree.Below(worker.ProcessId),
            Marked = ProcessTable.Find(mark),
            Mounts = [.. File.ReadAllLines(process + "/mountinfo").Where(line => line.Contains(worker.Directory.Path, StringComparison.Ordinal) || line.Contains(" nsfs ", StringComparison.Ordinal))],
            Files = [.. Names(worker.Directory["cache/scratch"]), .. Directory.GetDirectories(worker.Directory["cache"]).Select(static folder => folder + "/staging").Where(Directory.Exists).SelectMany(Names), .. Listed(worker.BuildDirectory)],
        };
    }

    /// <summary>Whether no action runs or is being cleaned up.</summary>
    public bool IsIdle => Processes.Count == 0 && Marked.Count == 0 && !Descriptors.ContainsKey(Written) && !Descriptors.ContainsKey("blob");

    /// <summary>What there is more of than there was in <paramref name="before"/>; empty: nothing was lost.</summary>
    public IReadOnlyList<string> LostSince(DaemonState before)
    {
        List<string> lost = [];
        foreach ((string kind, int count) in Descriptors)
        {
            int more = count - before.Descriptors.GetValueOrDefault(kind);
            if (more > (kind == "socket" ? SpareSockets : 0))
            {
                lost.Add($"{more} descriptors of {kind}");
            }
        }

        if (Threads > before.Threads + SpareThreads)
        {
            lost.Add($"{Threads - before.Threads} threads");
        }

        lost.AddRange(Processes.Except(before.Processes).Select(static process => $"process {process}"));
        lost.AddRange(Marked.Select(static process => $"process {process}"));
        lost.AddRange(Mounts.Except(before.Mounts).Select(static mount => $"mount {mount}"));
        lost.AddRange(Files.Except(before.Files).Select(static file => $"file {file}"));
        return lost;
    }

    public override string ToString() =>
        $"{Threads} threads, descriptors: {string.Join(", ", Descriptors.OrderBy(static kind => kind.Key, StringComparer.Ordinal).Select(static kind => $"{kind.Value} {kind.Key}"))}; {Mounts.Count} mounts; files: {string.Join(", ", Files)}";

    private static long Number(string[] status, string field) =>
        long.Parse(Array.Find(status, line => line.StartsWith(field, StringComparison.Ordinal))![field.Length..].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);

    // "socket:[1]" is a socket; so are a pipe, an anonymous inode and a namespace of their kind. A file is its directory.
    private static string KindOf(string descriptor)
    {
        string? target = new FileInfo(descriptor).LinkTarget;
        return target is null ? "closed meanwhile"
            : target.StartsWith("anon_inode:", StringComparison.Ordinal) ? target
            : target.Contains(":[", StringComparison.Ordinal) ? target[..target.IndexOf(':', StringComparison.Ordinal)]
            : target.StartsWith("/proc/", StringComparison.Ordinal) ? "/proc"
            : target.EndsWith(".dll", StringComparison.Ordinal) || target.EndsWith(".so", StringComparison.Ordinal) ? Library
            : target.Contains("/scratch/", StringComparison.Ordinal) && target.Contains("/part", StringComparison.Ordinal) ? Written
            : target.Contains("/sha256/", StringComparison.Ordinal) ? "blob"
            : target;
    }

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories);

    private static string[] Listed(string mount) => ChildProcess.Run(new ProcessCommand("/usr/bin/ls", ["-A", mount]), ServedWorker.Patience)
        .Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
