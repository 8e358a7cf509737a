using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.Bench;

/// <summary>What programs do to /proc in a loop, on the machine's own procfs and on a mount's, in turns. The caller is not chrooted: that changes
/// no request.</summary>
internal static class SpecialOperations
{
    private const int Windows = 9;
    private const int Count = 5_000;

    public static async Task RunAsync(string workDirectory)
    {
        string input = Directory.CreateDirectory(Path.Combine(workDirectory, "special-input")).FullName;
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "special-store") });
        Digest root = await BenchRoot.PushAsync(store, input);
        await using BenchRoot mounted = await BenchRoot.MountAsync(store, root, workDirectory, special: true);
        using Child child = new();
        foreach (string directory in (string[])["", mounted.MountPoint])
        {
            child.Measure("selfexe", Count, directory);
        }

        Pair pair = new("", mounted.MountPoint, mounted, child);
        Console.WriteLine();
        Console.WriteLine("| special directories, warm, one process in a loop | procfs | mount | ratio | requests for one |");
        Console.WriteLine("|---|---|---|---|---|");
        pair.InTurns(Windows, new Step("readlink /proc/self/exe", "selfexe", Count));
        pair.InTurns(Windows, new Step("open+read+close /proc/self/status", "selfstatus", Count), new Step("open+read+close /proc/meminfo", "meminfo", Count));
    }
}
