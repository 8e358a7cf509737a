using System.Globalization;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Fuse;

namespace VirtualRoot.Bench;

/// <summary>File operations, in a plain directory and in a mount of the same tree, in turns.</summary>
internal static class FileOperations
{
    public const int SmallFiles = 10_000;
    public const long LargeBytes = 256L << 20;
    private const int Windows = 7;

    public static async Task RunAsync(string workDirectory)
    {
        string plain = Path.Combine(workDirectory, "plain");
        MakeTree(plain);
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "store") });
        Digest root = await BenchRoot.PushAsync(store, plain);
        await using BenchRoot mounted = await BenchRoot.MountAsync(store, root, workDirectory);
        using Child child = new();

        Console.WriteLine();
        Console.WriteLine("| operation | plain | mount | ratio | requests for one | allocated for a request |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Compare(child, plain, mounted, "coldstat", SmallFiles, 1, "stat, kernel cold");
        Compare(child, plain, mounted, "coldopen", SmallFiles, 1, "open+read 4 KiB+close, kernel cold");
        Compare(child, plain, mounted, "stat", 200_000, Windows, "stat, warm");
        Compare(child, plain, mounted, "negative", 200_000, Windows, "negative stat, warm");
        Compare(child, plain, mounted, "open", 20_000, Windows, "open+read 4 KiB+close, warm");
        Compare(child, plain, mounted, "list", 1, Windows, "readdir+stat of 10,000 entries, warm");
        Compare(child, plain, mounted, "sequential", 1, 1, "256 MiB sequential read, kernel cold");
        Compare(child, plain, mounted, "sequential", 1, Windows, "256 MiB sequential read, warm");
    }

    private static void Compare(Child child, string plain, BenchRoot mounted, string operation, int count, int windows, string title)
    {
        if (windows == 1)
        {
            File.WriteAllText("/proc/sys/vm/drop_caches", "3");
        }
        else
        {
            child.Measure(operation, count, plain);
            child.Measure(operation, count, mounted.MountPoint);
        }

        List<double> plainTimes = [];
        List<double> mountTimes = [];
        FuseStatisticsSnapshot before = mounted.Statistics();
        long allocated = GC.GetTotalAllocatedBytes();
        for (int window = 0; window < windows; window++)
        {
            plainTimes.Add(child.Measure(operation, count, plain));
            mountTimes.Add(child.Measure(operation, count, mounted.MountPoint));
        }

        allocated = GC.GetTotalAllocatedBytes() - allocated;
        FuseStatisticsSnapshot after = mounted.Statistics();
        long requests = after.TotalRequests - before.TotalRequests;
        string byOpcode = Figures.Requests(before, after, (double)count * windows);
        double plainMedian = Figures.Median(plainTimes);
        double mountMedian = Figures.Median(mountTimes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {title} | {Figures.Time(plainMedian)} | {Figures.Time(mountMedian)} | {mountMedian / plainMedian:0.00} | {byOpcode} | {(requests == 0 ? "–" : $"{(double)allocated / requests:0} B")} |"));
    }

    private static void MakeTree(string directory)
    {
        string small = Directory.CreateDirectory(Path.Combine(directory, "small")).FullName;
        byte[] content = new byte[4096];
        Random random = new(1);
        for (int file = 0; file < SmallFiles; file++)
        {
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(small, string.Create(CultureInfo.InvariantCulture, $"f{file:D5}")), content);
        }

        byte[] block = new byte[1 << 20];
        using FileStream large = File.Create(Path.Combine(directory, "large"));
        for (long written = 0; written < LargeBytes; written += block.Length)
        {
            random.NextBytes(block);
            large.Write(block);
        }
    }
}
