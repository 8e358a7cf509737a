namespace VirtualRoot.Bench.Actions;

/// <summary>A row of the table: an action at an endpoint, run after run.</summary>
internal sealed class ActionRow(string title, string endpoint)
{
    private readonly List<ActionSample> _samples = [];

    public string Title { get; } = title;

    public string Endpoint { get; } = endpoint;

    public void Add(ActionSample sample) => _samples.Add(sample);

    public double Median(Func<ActionSample, double> part) => Figures.Median([.. _samples.Select(part)]);

    public void Print()
    {
        double fastest = _samples.Min(static sample => sample.Wall);
        Console.WriteLine(
            $"| {Title} | {Endpoint} | {Figures.Time(Median(static sample => sample.Wall))} | {Figures.Time(fastest)} | {Figures.Time(Median(static sample => sample.Prepare))} | {Figures.Time(Median(static sample => sample.Run))} | {Figures.Time(Median(static sample => sample.Finish))} | {_samples.Count} |");
    }
}
