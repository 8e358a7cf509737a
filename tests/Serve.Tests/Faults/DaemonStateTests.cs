namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>That what a daemon loses would be seen.</summary>
public sealed class DaemonStateTests
{
    private static readonly DaemonState s_before = new()
    {
        Descriptors = new Dictionary<string, int> { ["pipe"] = 14, ["socket"] = 4 },
        Threads = 30,
        Processes = [],
        Marked = [],
        Mounts = ["build"],
        Files = ["lock"],
    };

    [Fact]
    public void LostSince_Nothing_IsEmpty() => Assert.Empty((s_before with { Descriptors = new Dictionary<string, int> { ["pipe"] = 13, ["socket"] = 6 } }).LostSince(s_before));

    [Fact]
    public void LostSince_OneOfEachKind_TellsOfAll()
    {
        DaemonState after = s_before with
        {
            Descriptors = new Dictionary<string, int> { ["pipe"] = 15, ["socket"] = 20, ["blob"] = 1 },
            Threads = 100,
            Processes = ["5 (vroot-init) 77"],
            Marked = ["6: sleep"],
            Mounts = ["build", "nsfs"],
            Files = ["lock", "part1"],
        };

        Assert.Equal(
            ["1 descriptors of pipe", "16 descriptors of socket", "1 descriptors of blob", "70 threads", "process 5 (vroot-init) 77", "process 6: sleep", "mount nsfs", "file part1"],
            after.LostSince(s_before));
    }
}
