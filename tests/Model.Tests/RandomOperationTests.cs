using VirtualRoot.Model.Tests.Operations;
using VirtualRoot.Model.Tests.Support;
using VirtualRoot.Testing;
using Xunit.Abstractions;

namespace VirtualRoot.Model.Tests;

/// <summary>
/// Random operations on a mounted root and on a plain directory that is like it, side by side: every result, errno, byte and attribute,
/// and now and then the whole trees. VROOT_SEED repeats a run, VROOT_MODEL_OPERATIONS makes it longer, VROOT_MODEL_SCRIPT performs a
/// file of operations instead.
/// </summary>
public sealed class RandomOperationTests(Machine machine, ITestOutputHelper output) : IClassFixture<Machine>
{
    private const int Chunk = 100;

    /// <summary>Operations between two comparisons of the whole trees.</summary>
    private const int BetweenTrees = 2_000;

    private static readonly TimeSpan s_shrinking = TimeSpan.FromSeconds(90);

    [NeedsFuseFact]
    public Task Operations_AsRoot_AnswerAsInAPlainDirectory() => CompareAsync(uid: null, TestSettings.Operations * 4 / 5);

    [NeedsFusermountFact]
    public Task Operations_AsAnOrdinaryUser_AnswerAsInAPlainDirectory() => CompareAsync(Machine.OrdinaryUid, TestSettings.Operations / 5);

    [NeedsFuseFact]
    public async Task Comparison_OfWhatDiffers_Says()
    {
        using SideBySide both = new(machine, uid: null);
        string seen = Path.Combine(both.Plain, "seen-here-alone");
        await File.WriteAllTextAsync(seen, "");
        Mismatch? found = await both.PerformAsync(["1 0 stat page", "2 0 lstat seen-here-alone", "3 0 tree"]);
        Assert.NotNull(found);
        Assert.Equal(2, found.Script.Length);
        Assert.Contains("2 ENOENT", found.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => both.PerformAsync(["4 0 no-such-operation x"]));
    }

    private async Task CompareAsync(uint? uid, int operations)
    {
        int seed = TestSettings.Seed;
        output.WriteLine($"VROOT_SEED={seed} VROOT_MODEL_OPERATIONS={TestSettings.Operations}");
        Mismatch? found;
        using (SideBySide both = new(machine, uid))
        {
            found = Environment.GetEnvironmentVariable("VROOT_MODEL_SCRIPT") is { Length: > 0 } file
                ? await both.PerformAsync(await File.ReadAllLinesAsync(file))
                : await PerformAsync(both, new OperationGenerator(seed, both.Plain, asRoot: uid is null), operations);
            both.Mount.AssertHealthy();
            output.WriteLine(string.Join(", ", both.Counts.Select(count => $"{count.Key} {count.Value.Succeeded}/{count.Value.Done}")));
            // Operations that only ever fail compare nothing but path resolution.
            Assert.True(found is not null || operations < 1000 || both.Counts.Values.Sum(count => count.Succeeded) > both.Counts.Values.Sum(count => count.Done) / 4, "too few succeed");
        }

        if (found is not null)
        {
            Mismatch shrunk = await new Shrinker(machine, uid, s_shrinking).ShrinkAsync(found);
            Assert.Fail($"VROOT_SEED={seed}, {found}\n\nshrunk to {shrunk.Script.Length} operations: {shrunk}");
        }
    }

    private static async Task<Mismatch?> PerformAsync(SideBySide both, OperationGenerator generator, int operations)
    {
        Mismatch? found = await both.PerformAsync([generator.Tree()]);
        for (int done = 0; done < operations && found is null; done += Chunk)
        {
            found = await both.PerformAsync(generator.Next(Chunk));
            if (found is null && (done + Chunk) % BetweenTrees == 0)
            {
                KernelCache.ForgetNames();
                found = await both.PerformAsync([generator.Tree()]);
            }
        }

        return found ?? await both.PerformAsync([generator.Tree()]);
    }
}
