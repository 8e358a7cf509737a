using System.Globalization;
using System.Text.Json;

namespace VirtualRoot.MountCycles;

/// <summary>What this process holds, after a full collection.</summary>
internal sealed record Holdings(int Cycle, int OpenFiles, int Mounts, int Threads, int Files, long ManagedBytes, long ResidentBytes)
{
    public static Holdings Measure(int cycle, string work)
    {
        for (int turn = 0; turn < 3; turn++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Holdings(
            cycle,
            Descriptors(),
            File.ReadLines("/proc/self/mountinfo").Count(line => line.Contains(work, StringComparison.Ordinal)),
            Directory.EnumerateDirectories("/proc/self/task").Count(),
            // What is mounted is not for this process to look into.
            Directory.EnumerateDirectories(work).Where(path => path != Path.Combine(work, "build"))
                .Sum(path => Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories).Count()),
            GC.GetTotalMemory(forceFullCollection: true),
            Resident());
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    // The runtime keeps an assembly open once it is loaded, whenever that happens.
    private static int Descriptors() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(link => link.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    private static long Resident()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
