using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Testing;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Kernel;

/// <summary>What is fetched before it is read: much, for who reads one file after the other; nothing for others.</summary>
public sealed class ReadAheadTests : IDisposable
{
    private const int Directories = 3;
    private const int FilesInEach = 100;

    private readonly InMemoryCas _cas = new();
    private readonly RecordingLogger _log = new();
    private readonly TreeFixture _tree;

    public ReadAheadTests()
    {
        Digest data = _cas.AddDirectory([.. Enumerable.Range(0, Directories).Select(directory => (
            $"d{directory}", (object)_cas.AddDirectory([.. Enumerable.Range(0, FilesInEach).Select(file => ($"f{file:D2}", (object)Content(directory, file)))])))]);
        Digest top = _cas.AddDirectory(("data", data));
        TreeFixture.LoadAllAsync(_cas, top).GetAwaiter().GetResult();
        _tree = new TreeFixture(_cas, top, logger: _log);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task FileAfterFile_FewReadsWait_AndTwiceAsMuchAsWasReadIsTheMost()
    {
        int waits = 0;
        int reads = 0;
        for (int directory = 0; directory < Directories; directory++)
        {
            for (int file = 0; file < FilesInEach; file++)
            {
                waits += await ReadAsync(directory, file) ? 0 : 1;
                reads++;
                Assert.InRange(_cas.BlobFetches.Count, reads, 3 * reads);
            }
        }

        Assert.InRange(waits, 1, 10);
        Assert.Equal(Directories * FilesInEach, _cas.BlobFetches.Distinct().Count());
        Assert.Equal(_cas.BlobFetches.Count, _tree.Root.Statistics.Snapshot().BlobsFetched);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ReadersInTurns_DoNotEndEachOthersRows(int readers)
    {
        int[] waits = new int[readers];
        for (int file = 0; file < FilesInEach; file++)
        {
            for (int reader = 0; reader < readers; reader++)
            {
                waits[reader] += await ReadAsync(reader, file) ? 0 : 1;
            }
        }

        Assert.All(waits, static waits => Assert.InRange(waits, 1, 10));
    }

    [Fact]
    public async Task Bug_IsToldOnce_AndOnlyReadAheadEnds()
    {
        _cas.Bugs.Add(Blob(0, 20));
        _cas.Bugs.Add(Blob(1, 20));
        for (int file = 0; file < 20; file++)
        {
            await ReadAsync(0, file);
            await ReadAsync(1, file);
        }

        (_, string message, Exception? exception) = Assert.Single(_log.At(LogLevel.Error));
        Assert.Contains("before they are read", message, StringComparison.Ordinal);
        Assert.Equal("a bug", Assert.IsType<InvalidOperationException>(exception).Message);
        for (int file = 30; file < FilesInEach; file++)
        {
            Assert.False(await ReadAsync(2, file));
        }

        Assert.Equal(0, _tree.Root.Failures.Count);
    }

    [Fact]
    public async Task OneFileInTen_IsStillInARow()
    {
        int waits = 0;
        for (int file = 0; file < FilesInEach; file += 9)
        {
            waits += await ReadAsync(0, file) ? 0 : 1;
        }

        Assert.InRange(waits, 1, 8);
    }

    [Fact]
    public async Task FewNeighbours_NothingElseIsFetched()
    {
        for (int file = 0; file < 3; file++)
        {
            Assert.False(await ReadAsync(1, file));
        }

        Assert.Equal(3, _cas.BlobFetches.Count);
    }

    [Fact]
    public async Task OneFileOfEach_OrAnyOrder_NothingElseIsFetched()
    {
        int reads = 0;
        foreach (int file in new[] { 90, 10, 50, 30, 70, 20, 99, 0, 40, 11, 80, 60 })
        {
            for (int directory = Directories - 1; directory >= 0; directory--)
            {
                Assert.False(await ReadAsync(directory, file));
                Assert.Equal(++reads, _cas.BlobFetches.Count);
            }
        }
    }

    [Fact]
    public async Task AllIsHere_NothingIsLookedFor()
    {
        for (int file = 0; file < FilesInEach; file++)
        {
            (await _cas.OpenAsync(Blob(0, file), CancellationToken.None)).Dispose();
        }

        for (int file = 0; file < FilesInEach; file++)
        {
            Assert.True(await ReadAsync(0, file));
            Assert.Empty(_tree.Root.ReadAhead.Fetches);
        }
    }

    [Fact]
    public async Task MissingBlobAhead_IsNoFailureUntilItIsRead()
    {
        _cas.Forget(Blob(0, 60));
        for (int file = 0; file < 60; file++)
        {
            await ReadAsync(0, file);
        }

        Assert.Equal(0, _tree.Root.Failures.Count);
        CasException failure = await Assert.ThrowsAsync<CasException>(() => ReadAsync(0, 60));
        Assert.Equal(CasErrorKind.Missing, failure.Kind);
        Assert.Equal(1, _tree.Root.Failures.Count);
        for (int file = 61; file < FilesInEach; file++)
        {
            await ReadAsync(0, file);
        }
    }

    [Fact]
    public async Task StalledCas_ReadsAheadOnce_AndEndsWithTheRoot()
    {
        for (int file = 0; file < 3; file++)
        {
            await ReadAsync(0, file);
        }

        _cas.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task read = ReadAsync(0, 3);
        Task fetch = Assert.Single(_tree.Root.ReadAhead.Fetches);
        Assert.False(fetch.IsCompleted);
        _tree.Root.Dispose();
        await fetch.WaitAsync(TimeSpan.FromSeconds(60));
        _cas.Hold.SetResult();
        await read.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static string Content(int directory, int file) => $"{directory}/{file}";

    private static Digest Blob(int directory, int file) => DigestHasher.Compute(DigestFunction.Sha256, TreeFixture.Bytes(Content(directory, file)));

    /// <summary>Reads a file for the first time, and waits for what that began. False: it was fetched for this.</summary>
    private async Task<bool> ReadAsync(int directory, int file)
    {
        Assert.True(_tree.Nodes.TryGet(_tree.Walk($"data/d{directory}/f{file:D2}").NodeId, out Node? node));
        TreeFile read = (TreeFile)node;
        DescriptorUse use;
        lock (_tree.Root.Gate)
        {
            Assert.Equal(Errno.Success, read.TryGetReadable(out use));
        }

        bool isHere = use.Handle is not null;
        if (isHere)
        {
            use.Dispose();
        }
        else
        {
            await read.FetchAsync(CancellationToken.None);
        }

        await Task.WhenAll(_tree.Root.ReadAhead.Fetches);
        return isHere;
    }
}
