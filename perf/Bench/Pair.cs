using System.Diagnostics;
using System.Globalization;
using VirtualRoot.Fuse;

namespace VirtualRoot.Bench;

/// <summary>A plain directory and a mount, in which the same is done in turns.</summary>
internal sealed class Pair(string plain, string mountPoint, BenchRoot mounted, Child child)
{
    /// <summary>
    /// Does all <paramref name="steps"/> in the one, then in the other, <paramref name="windows"/> times; prints a row for each. What is
    /// dirty is written out before each side begins, so that neither pays for the other's.
    /// </summary>
    public void InTurns(int windows, params Step[] steps)
    {
        List<double>[] plainTimes = [.. steps.Select(_ => new List<double>())];
        List<double>[] mountTimes = [.. steps.Select(_ => new List<double>())];
        string[] requests = new string[steps.Length];
        for (int window = 0; window < windows; window++)
        {
            Shell("sync", "/");
            for (int step = 0; step < steps.Length; step++)
            {
                plainTimes[step].Add(Measure(steps[step], plain));
            }

            Shell("sync", "/");
            for (int step = 0; step < steps.Length; step++)
            {
                FuseStatisticsSnapshot before = mounted.Statistics();
                mountTimes[step].Add(Measure(steps[step], mountPoint));
                requests[step] = Figures.Requests(before, mounted.Statistics(), steps[step].Count);
            }
        }

        for (int step = 0; step < steps.Length; step++)
        {
            double plainMedian = Figures.Median(plainTimes[step]);
            double mountMedian = Figures.Median(mountTimes[step]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {steps[step].Title} | {Figures.Time(plainMedian)} | {Figures.Time(mountMedian)} | {Figures.Ratio(mountMedian, plainMedian)} | {requests[step]} |"));
        }
    }

    private double Measure(Step step, string directory)
    {
        if (!step.Operation.StartsWith('!'))
        {
            return child.Measure(step.Operation, step.Count, directory);
        }

        long started = Stopwatch.GetTimestamp();
        Shell(step.Operation[1..], directory);
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / step.Count;
    }

    // The shell changes the directory: this process serves the mount, and must not touch it.
    private static void Shell(string command, string directory)
    {
        using Process shell = Process.Start("/bin/sh", ["-c", $"cd \"$1\" && {command}", "sh", directory]);
        shell.WaitForExit();
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command}: exit status {shell.ExitCode}; its message is above");
        }
    }
}
