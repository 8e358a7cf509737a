using VirtualRoot.Blocking.Tests.Support;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Blocking.Tests;

/// <summary>Who reads of a frozen process, in numbers, interrupted, and when the daemon ends.</summary>
public sealed class StuckReaderTests
{
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;

    [NeedsFuseFact]
    public void Readers_TwoHundredOfOneEntry_TimeOutAndHoldUpNobodyElse()
    {
        using FrozenRoot root = new();
        ChildProcess victim = root.Freeze("exec-flush", FuseOpcode.FLUSH);
        ChildProcess readers = root.StartReaders(victim.Id, 200, "exe");
        int threads = 0;
        do
        {
            root.AssertServed();
            threads = Math.Max(threads, SpecialThreads(root.Daemon.Id));
        }
        while (!readers.HasExited);

        Assert.All(FrozenRoot.Results(readers), static result => Assert.Equal("ETIMEDOUT", result.Result));
        Assert.InRange(threads, 1, 32); // one is stuck, four work; a busy machine may let some more be started
        root.Gate.LetGo();
        victim.WaitForExit(FrozenRoot.Limit).Expect();
        ChildProcess again = root.StartReaders(Environment.ProcessId, 5, "exe");
        Assert.Equal(5, FrozenRoot.Results(again).Count(static result => result.Result == "ENOENT")); // outside the root
    }

    /// <summary>More readers than the daemon holds processes: each pushes others out while they are served.</summary>
    [NeedsFuseFact]
    public void Readers_ThousandsOfOneEntryThatNothingBlocks_AllGetIt()
    {
        using FrozenRoot root = new();
        ChildProcess victim = root.Freeze("lookup", FuseOpcode.LOOKUP);
        for (int again = 0; again < 5; again++)
        {
            ChildProcess readers = root.StartReaders(victim.Id, 1000, "cwd");
            Assert.Equal([new("ok", 1000)], FrozenRoot.Results(readers).CountBy(static result => result.Result));
        }
    }

    [NeedsFuseFact]
    public void Reader_ThatGetsASignal_IsInterruptedBeforeTheDeadline()
    {
        using FrozenRoot root = new();
        ChildProcess victim = root.Freeze("exec-writeback", FuseOpcode.WRITE);
        ChildProcess readers = root.StartReaders(victim.Id, -3, "exe");
        Assert.Equal(["EINTR", "EINTR", "EINTR"], FrozenRoot.Results(readers).Select(static result => result.Result));
    }

    [NeedsFuseTheory]
    [InlineData("exec-flush", FuseOpcode.FLUSH, "stat", SIGTERM)]
    [InlineData("exec-flush", FuseOpcode.FLUSH, "stat", SIGKILL)]
    [InlineData("munmap", FuseOpcode.WRITE, "cmdline", SIGKILL)]
    public void Daemon_ThatEndsWhileItsThreadsAreStuck_LeavesNobodyBehind(string state, FuseOpcode held, string entry, int signal)
    {
        using FrozenRoot root = new();
        ChildProcess victim = root.Freeze(state, held);
        if (state == "munmap")
        {
            Wait.Until(() => FrozenRoot.ThreadsInD(victim.Id) == 2, "thread that waits in mmap");
        }

        ChildProcess readers = root.StartReaders(victim.Id, 10, entry);
        Wait.Until(() => FrozenRoot.ThreadsInD(root.Daemon.Id) > 0, "thread of the daemon that is stuck");
        root.Daemon.Signal(signal);

        // The victim is still frozen.
        ProcessOutcome end = root.Daemon.WaitForExit(FrozenRoot.Limit);
        Assert.Equal(128 + signal, end.ExitCode);
        Assert.DoesNotContain(FrozenRoot.Results(readers), static result => result.Result is "ok" or "blocked");
        Assert.False(victim.HasExited);
    }

    [NeedsFuseFact]
    public void Flush_IsAskedForOnceInAConnection()
    {
        using FrozenRoot root = new();
        string statistics = root.Path("stats.json");
        ChildProcess.Run(root.Run(["--stats", statistics], "/bin/busybox", "sh", "-c", "for i in 1 2 3 4 5; do echo $i > /file; cat /file; done"), FrozenRoot.Limit).Expect();
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(statistics));
        System.Text.Json.JsonElement requests = json.RootElement.GetProperty("fuse").GetProperty("requests");
        Assert.Equal(1, requests.EnumerateObject().Single(static request => request.Name.Equals("flush", StringComparison.OrdinalIgnoreCase)).Value.GetInt64());
    }

    private static int SpecialThreads(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Count(static task => ReadName(task).StartsWith("special-", StringComparison.Ordinal));

    private static string ReadName(string task)
    {
        try
        {
            return File.ReadAllText(task + "/comm");
        }
        catch (IOException)
        {
            return ""; // it has ended meanwhile
        }
    }
}
