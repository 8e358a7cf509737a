using System.Diagnostics;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Fuse;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Bench;

/// <summary>What it costs to make and remove a root of a build directory, used by nobody and used by somebody.</summary>
internal static class RootTimes
{
    private const int Directories = 50;
    private const int FilesInEach = 100;
    private const int Rounds = 300;
    private const int UsedRounds = 20;

    public static async Task RunAsync(string workDirectory)
    {
        string tree = Path.Combine(workDirectory, "roots-tree");
        for (int directory = 0; directory < Directories; directory++)
        {
            string path = Directory.CreateDirectory(Path.Combine(tree, $"d{directory}")).FullName;
            for (int file = 0; file < FilesInEach; file++)
            {
                await File.WriteAllTextAsync(Path.Combine(path, $"f{file}"), $"{directory} {file}\n");
            }
        }

        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "roots-store") });
        Digest inputs = await BenchRoot.PushAsync(store, tree);
        await using CasSession session = CasSession.Open(store, null);
        BuildDirectoryOptions options = new()
        {
            Directory = Directory.CreateDirectory(Path.Combine(workDirectory, "roots-build")).FullName,
            ScratchParent = Path.Combine(workDirectory, "roots-scratch"),
        };
        await using BuildDirectory build = await BuildDirectory.StartAsync(options, session.Directories, session.Blobs);
        await MeasureAsync(build, inputs, special: true, use: null, UsedRounds); // what is compiled and loaded at first
        Console.WriteLine();
        Console.WriteLine("| a root of 5,000 files | create | destroy, answered | destroy, nothing left | requests of the kernel for all three |");
        Console.WriteLine("|---|---|---|---|---|");
        Print("without /proc, /sys and /dev", await MeasureAsync(build, inputs, special: false, use: null, Rounds));
        Print("with them", await MeasureAsync(build, inputs, special: true, use: null, Rounds));
        Print("with them, all files looked at and 100 written in between", await MeasureAsync(build, inputs, special: true, "ls -lR \"$0\" >/dev/null; for i in 0 1 2 3 4 5 6 7 8 9; do for j in 0 1 2 3 4 5 6 7 8 9; do echo x >\"$0/tmp/$i$j\"; done; done", UsedRounds));
    }

    private static void Print(string title, (double Create, double Answer, double Gone, string Requests) medians) => Console.WriteLine(
        $"| {title} | {Figures.Time(medians.Create)} | {Figures.Time(medians.Answer)} | {Figures.Time(medians.Gone)} | {medians.Requests} |");

    private static async Task<(double Create, double Answer, double Gone, string Requests)> MeasureAsync(BuildDirectory build, Digest inputs, bool special, string? use, int rounds)
    {
        List<double> creations = [];
        List<double> answers = [];
        List<double> removals = [];
        string requests = "none";
        for (int round = 0; round < rounds; round++)
        {
            FuseStatisticsSnapshot before = build.Statistics.Snapshot();
            long started = Stopwatch.GetTimestamp();
            BuildRoot root = await build.CreateAsync(null, new BuildRootOptions { Root = new RootOptions { InputRoot = inputs }, Special = special ? SpecialModes.Synthesized : SpecialModes.Off }, CancellationToken.None);
            creations.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
            if (use is not null)
            {
                using Process user = Process.Start("/bin/sh", ["-c", use, root.RootPath]);
                await user.WaitForExitAsync();
                await root.WaitUntilIdleAsync(CancellationToken.None);
                before = build.Statistics.Snapshot();
            }

            started = Stopwatch.GetTimestamp();
            await root.DisposeAsync();
            answers.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
            await root.Removal;
            removals.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
            requests = Figures.Requests(before, build.Statistics.Snapshot(), 1);
        }

        return (Figures.Median(creations), Figures.Median(answers), Figures.Median(removals), requests);
    }
}
