namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>That a leak would be seen, and full caches are none.</summary>
public sealed class DaemonMemoryTests
{
    private static readonly DaemonMemory s_before = new(Resident: 60 << 20, Live: 0, Cached: 1 << 20);

    [Theory]
    [InlineData(60, 0, 1, false)]
    [InlineData(155, 20, 1, false)]
    [InlineData(157, 20, 1, true)]
    [InlineData(155, 25, 1, true)]
    [InlineData(250, 70, 50, false)] // caches
    [InlineData(250, 80, 50, true)]
    [InlineData(260, 70, 50, true)]
    public void HasGrownFrom_CountsWhatCachesDoNotExplain(long resident, long live, long cached, bool hasGrown) =>
        Assert.Equal(hasGrown, new DaemonMemory(resident << 20, live << 20, cached << 20).HasGrownFrom(s_before));
}
