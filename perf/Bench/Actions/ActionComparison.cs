using System.Globalization;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.Bench.Actions;

/// <summary><c>perf/actions</c>: one endpoint of whoever's, or <c>vroot serve</c> beside the same worker with eager roots.</summary>
internal static class ActionComparison
{
    private const string Lazy = "vroot serve";
    private const string LazyOnOther = "vroot serve --cas";
    private const string Copied = "eager, copies";
    private const string Linked = "eager, hard links";

    /// <summary>How often everything is measured.</summary>
    public static int Rounds { get; } = int.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "5", CultureInfo.InvariantCulture);

    /// <summary>Measures an endpoint that is there.</summary>
    public static async Task RunAsync(string workDirectory, string endpoint, string cas, string instance)
    {
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "client") });
        await using ActionEndpoint measured = new(endpoint, endpoint, cas, instance, store);
        ActionTimes times = new();
        await times.MeasureAsync([measured]);
        times.Print();
    }

    /// <summary>Starts <c>vroot serve</c>, and measures what it does for a command that does nothing.</summary>
    public static async Task RunTrueAsync(string vroot, string workDirectory)
    {
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "client") });
        using ServedProcess served = new(vroot, "serve", "--listen", "127.0.0.1:0", "--cache", Path.Combine(workDirectory, "serve"));
        await using ActionEndpoint lazy = new(Lazy, served.Address, served.Address, string.Empty, store) { Kinds = [ActionKind.True] };
        ActionTimes times = new();
        await times.MeasureAsync([lazy]);
        times.Print();
    }

    /// <summary>Starts everything, and measures the rows, Bazel's builds, or both.</summary>
    public static async Task RunAsync(string vroot, string workDirectory, bool rows, bool builds)
    {
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "client") });
        using ServedProcess served = new(vroot, "serve", "--listen", "127.0.0.1:0", "--cache", Path.Combine(workDirectory, "serve"));
        using ServedProcess otherCas = new(vroot, "cas", "serve", "--listen", "grpc://127.0.0.1:0", "--cache", Path.Combine(workDirectory, "cas"));
        using ServedProcess onOther = new(vroot, "serve", "--listen", "127.0.0.1:0", "--cas", otherCas.Address, "--cache", Path.Combine(workDirectory, "serve-on-other"));
        await using EagerWorker copied = await EagerWorker.StartAsync(vroot, Path.Combine(workDirectory, "copied"), links: false);
        await using EagerWorker linked = await EagerWorker.StartAsync(vroot, Path.Combine(workDirectory, "linked"), links: true);
        await using ActionEndpoint lazy = new(Lazy, served.Address, served.Address, string.Empty, store);
        await using ActionEndpoint lazyOnOther = new(LazyOnOther, onOther.Address, otherCas.Address, string.Empty, store);
        await using ActionEndpoint eagerCopies = new(Copied, copied.Address, copied.Address, string.Empty, store) { IsEager = true, Kinds = [ActionKind.True] };
        await using ActionEndpoint eagerLinks = new(Linked, linked.Address, linked.Address, string.Empty, store) { IsEager = true, Kinds = [ActionKind.True] };

        if (rows)
        {
            ActionTimes times = new();
            await times.MeasureAsync([lazy, lazyOnOther, eagerCopies, eagerLinks]);
            times.Print();
            PrintFirstInstructions(times);
        }

        if (builds)
        {
            BazelBuilds.Run(Path.Combine(workDirectory, "bazel"), [lazy, eagerCopies, eagerLinks]);
        }
    }

    private static void PrintFirstInstructions(ActionTimes times)
    {
        Console.WriteLine();
        Console.WriteLine("| to the first instruction (prepare, and the run of true) | vroot serve | eager, copies | eager, hard links |");
        Console.WriteLine("|---|---|---|---|");
        foreach (string row in new[] { "true, cold", "true, warm" })
        {
            double ours = FirstInstruction(times.Row(row, Lazy));
            Console.WriteLine(string.Join(" | ", $"| {row}", Figures.Time(ours), Against(times.Row(row, Copied), ours), Against(times.Row(row, Linked), ours)) + " |");
        }
    }

    private static double FirstInstruction(ActionRow row) => row.Median(static sample => sample.Prepare + sample.Run);

    private static string Against(ActionRow row, double ours)
    {
        double theirs = FirstInstruction(row);
        return string.Create(CultureInfo.InvariantCulture, $"{Figures.Time(theirs)}, {theirs / ours:0.0} times");
    }
}
