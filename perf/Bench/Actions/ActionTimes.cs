using System.Diagnostics;
using System.Globalization;
using VirtualRoot.CasClient;

namespace VirtualRoot.Bench.Actions;

/// <summary>
/// Trivial actions with do_not_cache through REAPI Execute. Cold is an input root that the worker has not seen: new Directory
/// messages and a new program, for cat new contents, too. Warm is the same action again, in a root of its own.
/// </summary>
internal sealed class ActionTimes
{
    private const int WarmRuns = 5;
    private const int WarmRunsOfEager = 1;
    private const int Clients = 4;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(3);
    private static readonly string s_run = Guid.NewGuid().ToString("N")[..8];

    private readonly List<ActionRow> _rows = [];
    private readonly List<(string Endpoint, double Rate)> _rates = [];

    /// <summary>Measures all endpoints in turns.</summary>
    public async Task MeasureAsync(IReadOnlyList<ActionEndpoint> endpoints)
    {
        ActionTree warm = ActionTree.Make(s_run, s_run);
        foreach (ActionEndpoint endpoint in endpoints)
        {
            await endpoint.UploadAsync(warm);
            foreach (ActionKind kind in endpoint.Kinds)
            {
                await endpoint.RunAsync(await endpoint.UploadAsync(warm, kind), warm, kind);
            }

            if (!endpoint.IsEager)
            {
                await RateAsync(endpoint, warm); // what a worker compiles and loads at first is not what is measured
            }
        }

        for (int round = 0; round < ActionComparison.Rounds; round++)
        {
            string salt = string.Create(CultureInfo.InvariantCulture, $"{s_run}-{round}");
            foreach (ActionEndpoint endpoint in endpoints)
            {
                foreach (ActionKind kind in endpoint.Kinds)
                {
                    await MeasureColdAsync(endpoint, kind, ActionTree.Make(salt + kind.Name, kind.ReadsFiles ? salt : s_run));
                    await MeasureWarmAsync(endpoint, kind, warm);
                }
            }
        }

        foreach (ActionEndpoint endpoint in endpoints)
        {
            _rates.Add((endpoint.Name, await RateAsync(endpoint, warm)));
        }
    }

    /// <summary>Prints what was measured.</summary>
    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("| action | worker | wall, median | fastest | prepare | run | finish | runs |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (ActionRow row in _rows.OrderBy(static row => row.Title, StringComparer.Ordinal))
        {
            row.Print();
        }

        foreach ((string endpoint, double rate) in _rates)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| true, warm, {Clients} clients | {endpoint} | {rate:0} actions/s | | | | | |"));
        }
    }

    /// <summary>A row by its name.</summary>
    public ActionRow Row(string title, string endpoint)
    {
        ActionRow? row = _rows.Find(row => row.Title == title && row.Endpoint == endpoint);
        if (row is null)
        {
            row = new ActionRow(title, endpoint);
            _rows.Add(row);
        }

        return row;
    }

    private async Task MeasureColdAsync(ActionEndpoint endpoint, ActionKind kind, ActionTree tree)
    {
        await endpoint.UploadAsync(tree);
        Digest action = await endpoint.UploadAsync(tree, kind);
        Row($"{kind.Name}, cold", endpoint.Name).Add(await endpoint.RunAsync(action, tree, kind));
    }

    private async Task MeasureWarmAsync(ActionEndpoint endpoint, ActionKind kind, ActionTree tree)
    {
        Digest action = await endpoint.UploadAsync(tree, kind);
        for (int run = 0; run < (endpoint.IsEager ? WarmRunsOfEager : WarmRuns); run++)
        {
            Row($"{kind.Name}, warm", endpoint.Name).Add(await endpoint.RunAsync(action, tree, kind));
        }
    }

    private static async Task<double> RateAsync(ActionEndpoint endpoint, ActionTree tree)
    {
        Digest action = await endpoint.UploadAsync(tree, ActionKind.True);
        int count = 0;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < s_window)
            {
                await endpoint.RunAsync(action, tree, ActionKind.True);
                Interlocked.Increment(ref count);
            }
        }));
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
