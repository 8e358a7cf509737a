using System.Globalization;

namespace VirtualRoot.Fuse.Tests.Mounting;

public static partial class MountScenarios
{
    private const int WarmUpCycles = 100;
    private const int MeasuredCycles = 100;
    private const int MaxRounds = 4;

    /// <summary>Needs a process of its own: other tests would be counted, too.</summary>
    public static async Task CyclesKeepMemory()
    {
        string path = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        await CyclesAsync(WarmUpCycles);
        string figures = "";
        bool isSteady = false;

        // A leak grows in each round; what the runtime still compiles on a busy machine does not.
        for (int round = 0; round < MaxRounds && !isSteady; round++)
        {
            (long Heap, long Resident) before = Memory();
            await CyclesAsync(MeasuredCycles);
            (long Heap, long Resident) after = Memory();
            figures += $"heap {before.Heap} to {after.Heap}, resident {before.Resident} to {after.Resident} bytes after {MeasuredCycles} cycles; ";
            isSteady = after.Heap <= before.Heap * 1.1 && after.Resident <= before.Resident * 1.1;
        }

        Directory.Delete(path);
        Check(isSteady, figures);
        Console.WriteLine(figures);

        async Task CyclesAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await CycleAsync(path);
            }
        }
    }

    private static (long Heap, long Resident) Memory()
    {
        for (int turn = 0; turn < 3; turn++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        long kibibytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return (GC.GetTotalMemory(forceFullCollection: true), kibibytes * 1024);
    }
}
