using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.Testing;

namespace VirtualRoot.CasClient.Tests.Directories;

/// <summary>A prefetch leaves a program that starts alone: it goes on when directories are asked for, or after a while.</summary>
public sealed class PrefetchPatienceTests : SessionFixture
{
    private const int Children = 250;
    private const int Page = 100;
    private const int LoadsOfAStart = 16;

    private readonly WaitsClock _clock = new();

    [Fact]
    public async Task NewTree_WaitsAfterItsFirstPage_ForADirectoryThatIsLacking()
    {
        (CasSession session, DirectoryListing root) = await FirstPageAsync();
        Digest lacking = Enumerable.Range(0, Children).Select(root.GetDigest).First(digest => !session.Directories.TryGet(digest, out _));
        await session.Directories.GetAsync(lacking, default);
        await EndAsync(session);
        Assert.Equal(Children, Held(session, root));
    }

    [Fact]
    public async Task NewTree_WaitsAfterItsFirstPage_ForAWhile()
    {
        (CasSession session, DirectoryListing root) = await FirstPageAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        await Task.Delay(100); // what comes too early would be here
        int before = Held(session, root);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await EndAsync(session);
        Assert.Equal((Page - 1, Children), (before, Held(session, root)));
    }

    [Fact]
    public async Task TreeOnDisk_WaitsForMoreThanAProgramsStartLoads()
    {
        (CasSession session, DirectoryListing root) = await OnDiskAsync();
        for (int i = 0; i < LoadsOfAStart - 2; i++) // the root was the first
        {
            await session.Directories.GetAsync(root.GetDigest(i), default);
        }

        await Task.Delay(100);
        int before = Held(session, root);
        await session.Directories.GetAsync(root.GetDigest(Children - 1), default);
        await EndAsync(session);
        Assert.Equal((LoadsOfAStart - 2, Children), (before, Held(session, root)));
    }

    [Fact]
    public async Task TreeOnDisk_WaitsForAWhile()
    {
        (CasSession session, DirectoryListing root) = await OnDiskAsync();
        await Task.Delay(100);
        int before = Held(session, root);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await EndAsync(session);
        Assert.Equal((0, Children), (before, Held(session, root)));
    }

    [Fact]
    public async Task EndOfTheSession_EndsTheWait()
    {
        (CasSession session, DirectoryListing root) = await FirstPageAsync();
        await session.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Page - 1, Held(session, root));
    }

    // The clock stands: nothing but what is asked for ends the wait.
    private CasSession OpenWithClock() => Open(endpoint => endpoint with { Time = _clock });

    private async Task<(CasSession Session, DirectoryListing Root)> FirstPageAsync()
    {
        Digest top = TreeBuilder.Wide(Cas, Children, 4);
        CasSession session = OpenWithClock();
        session.Directories.Prefetch(top);
        DirectoryListing? root = null; // which is not asked for: it comes with the page
        await Wait.UntilAsync(() => session.Directories.TryGet(top, out root) && _clock.Waits == 1, "the first page has come, and a wait has begun");
        await Task.Delay(100); // what comes beyond it would be here
        Assert.Equal(Page - 1, Held(session, root!));
        return (session, root!);
    }

    private async Task<(CasSession Session, DirectoryListing Root)> OnDiskAsync()
    {
        Digest top = TreeBuilder.Wide(Cas, Children, 4);
        CasSession first = Open();
        first.Directories.Prefetch(top);
        await EndAsync(first);
        CasSession session = OpenWithClock();
        session.Directories.Prefetch(top);
        await Wait.UntilAsync(() => _clock.Waits == 1, "a wait has begun");
        return (session, await session.Directories.GetAsync(top, default));
    }

    private static int Held(CasSession session, DirectoryListing root) =>
        Enumerable.Range(0, root.Count).Count(i => session.Directories.TryGet(root.GetDigest(i), out _));

    private static Task EndAsync(CasSession session) => ((DirectoryCache)session.Directories).PrefetchesAsync().WaitAsync(TimeSpan.FromSeconds(60));
}
