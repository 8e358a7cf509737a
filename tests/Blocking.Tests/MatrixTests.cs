using VirtualRoot.Blocking.Tests.Support;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Blocking.Tests;

/// <summary>A process that is frozen inside a FUSE operation, while others read all that /proc tells of it: ADR 11.</summary>
public sealed class MatrixTests(FrozenRoot root) : IClassFixture<FrozenRoot>
{
    // Everything that takes a lock which execve(2) holds, as far as /proc has it or may get it.
    private static readonly string[] s_execution =
        ["exe", "cwd", "root", "environ", "stat", "maps", "auxv", "io", "wchan", "personality", "stack", "syscall", "smaps", "smaps_rollup", "numa_maps"];

    private static readonly string[] s_memory = ["cmdline", "environ", "smaps", "smaps_rollup", "numa_maps", "ksm_stat"];

    [NeedsFuseTheory]
    [InlineData("exec-flush", FuseOpcode.FLUSH)]
    [InlineData("exec-writeback", FuseOpcode.WRITE)]
    public void Execve_FrozenInFlushOrWriteback_BlocksWhatIsDocumentedAndNothingElse(string state, FuseOpcode held)
    {
        ChildProcess victim = root.Freeze(state, held);
        AssertBlocked(victim, blockedAtLeast: ["exe", "cwd", "root", "stat", "maps", "environ"], entry =>
            s_execution.Contains(entry.Split('/')[^1]) || entry.StartsWith("fd/", StringComparison.Ordinal) || entry.StartsWith("ns/", StringComparison.Ordinal));
    }

    [NeedsFuseFact]
    public void Munmap_FrozenWithMmapBehindIt_BlocksWhatIsDocumentedAndNothingElse()
    {
        ChildProcess victim = root.Freeze("munmap", FuseOpcode.WRITE);
        Wait.Until(() => FrozenRoot.ThreadsInD(victim.Id) == 2, "thread that waits in mmap");
        AssertBlocked(victim, blockedAtLeast: ["cmdline", "environ"], entry => s_memory.Contains(entry.Split('/')[^1]));
    }

    [NeedsFuseTheory]
    [InlineData("lookup", FuseOpcode.LOOKUP)]
    [InlineData("exit-flush", FuseOpcode.FLUSH)]
    public void Process_FrozenInLookupOrExit_BlocksNothing(string state, FuseOpcode held)
    {
        ChildProcess victim = root.Freeze(state, held);
        AssertBlocked(victim, blockedAtLeast: [], static _ => false);
    }

    [NeedsFuseTheory]
    [InlineData("fault")]
    [InlineData("populate")]
    [InlineData("read")]
    [InlineData("exec-read")]
    public void Process_ThatWaitsForTheCas_BlocksNothing(string state)
    {
        root.Cas.Stop();
        ChildProcess victim = root.Freeze(state, held: null);
        AssertBlocked(victim, blockedAtLeast: [], static _ => false);
    }

    /// <summary>Asserts what becomes of each entry, and that others are served meanwhile; lets the victim go at the end.</summary>
    private void AssertBlocked(ChildProcess victim, string[] blockedAtLeast, Predicate<string> isDocumented)
    {
        try
        {
            AssertBlockedNow(victim, blockedAtLeast, isDocumented);
        }
        finally
        {
            root.Thaw();
        }

        victim.WaitForExit(FrozenRoot.Limit).Expect();
    }

    private void AssertBlockedNow(ChildProcess victim, string[] blockedAtLeast, Predicate<string> isDocumented)
    {
        if (blockedAtLeast.Length > 0)
        {
            // The state is what it should be: the machine's own procfs blocks as well.
            ChildProcess own = root.StartReader("/", 1, victim.Id);
            Assert.Superset(blockedAtLeast.ToHashSet(), FrozenRoot.Results(own).Where(result => result.Result == "blocked").Select(result => result.Entry).ToHashSet());
        }

        ChildProcess reader = root.StartReader(root.Point, 50, victim.Id);
        do
        {
            root.AssertServed();
        }
        while (!reader.HasExited);

        (string Entry, string Result)[] results = [.. FrozenRoot.Results(reader)];
        Assert.All(blockedAtLeast, entry => Assert.Contains((entry, "ETIMEDOUT"), results));
        Assert.All(results, result => Assert.True(
            result.Result is "ok" or "ENOENT" or "ESRCH" or "EACCES" || (result.Result == "ETIMEDOUT" && isDocumented(result.Entry)), $"{result}"));
        Assert.Contains(("status", "ok"), results);
        Assert.Contains(("/proc", "ok"), results);
    }
}
