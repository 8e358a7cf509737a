using System.Diagnostics;
using VirtualRoot.Model.Tests.Support;

namespace VirtualRoot.Model.Tests.Operations;

/// <summary>Leaves out of a script what its difference does not need: pieces of half its length, then of a quarter, down to single operations.</summary>
internal sealed class Shrinker(Machine machine, uint? uid, TimeSpan limit)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The shortest script found within the time that still shows a difference.</summary>
    public async Task<Mismatch> ShrinkAsync(Mismatch found)
    {
        for (int piece = found.Script.Length / 2; piece > 0 && _clock.Elapsed < limit; piece = piece > 1 ? (piece + 1) / 2 : 0)
        {
            // From the end: what prepared the difference is rather near it.
            for (int start = found.Script.Length - 1 - piece; start > -piece && _clock.Elapsed < limit; start -= piece)
            {
                int from = Math.Max(start, 0);
                string[] shorter = [.. found.Script.Where((_, index) => index < from || index >= start + piece)];
                found = await RunAsync(shorter) ?? found;
                start = Math.Min(start, found.Script.Length - 1);
            }
        }

        return found;
    }

    /// <summary>Performs a script on a mount and a directory of its own.</summary>
    public async Task<Mismatch?> RunAsync(IReadOnlyList<string> script)
    {
        using SideBySide both = new(machine, uid);
        return await both.PerformAsync(script);
    }
}
