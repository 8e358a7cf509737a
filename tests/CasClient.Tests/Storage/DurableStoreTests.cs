using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Tests.Storage;

/// <summary>What a durable store has flushed when it says that a blob is stored: a power failure then takes nothing.</summary>
public sealed class DurableStoreTests : IDisposable
{
    private readonly StoreFixture _fixture;
    private readonly ConcurrentDictionary<string, byte> _flushedNames = new();
    private readonly ConcurrentDictionary<Digest, byte> _flushedBytes = new();
    private readonly ConcurrentQueue<string> _flushes = new();
    private Action<string> _onFlush = static _ => { };

    public DurableStoreTests() => _fixture = new StoreFixture(options => options with { Durable = true, Flush = Flush });

    private BlobStore Store => _fixture.Store;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task PutAsync_Many_EachIsFlushedBeforeItsNameAndItsNameBeforeTheAnswer()
    {
        await Task.WhenAll(Enumerable.Range(0, 700).Select(async seed =>
        {
            byte[] bytes = StoreFixture.Bytes(seed, 100 + seed);
            Digest digest = StoreFixture.DigestOf(bytes);
            await Store.PutAsync(digest, bytes);
            RequireFlushed(digest);
        }));
        Assert.Empty(_fixture.Staged());
        Assert.Equal(700, Store.Scan().Blobs);
    }

    [Fact]
    public async Task CommitAsync_OfAWriter_IsFlushedBeforeTheAnswer()
    {
        byte[] bytes = StoreFixture.Bytes(1, 300_000);
        using BlobWriter writer = Store.BeginWrite(StoreFixture.DigestOf(bytes));
        writer.Write(bytes);
        await writer.CommitAsync();
        RequireFlushed(writer.Digest);
    }

    [Fact]
    public void Put_One_IsFlushedBeforeTheAnswer() => RequireFlushed(_fixture.Put(1, 100));

    [Fact]
    public async Task PutAsync_ManyWhileTheDiskIsBusy_WaitForItTogether()
    {
        byte[][] blobs = [.. Enumerable.Range(0, 20_000).Select(seed => StoreFixture.Bytes(seed, 8))
            .Where(bytes => StoreFixture.DigestOf(bytes).Hash[0] == 7).Take(41)];
        Assert.Equal(41, blobs.Length);
        using ManualResetEventSlim disk = new();
        _onFlush = _ => disk.Wait();
        Task[] puts = [.. blobs.Select(bytes => Store.PutAsync(StoreFixture.DigestOf(bytes), bytes))];
        Assert.All(puts, put => Assert.False(put.IsCompleted));
        disk.Set();
        await Task.WhenAll(puts);

        string directory = Path.Join(_fixture.Root, "sha256", "07");
        Assert.InRange(_flushes.Count(path => path == directory), 1, 2);
    }

    [Fact]
    public async Task PutAsync_FlushOfOneFails_ThatOneIsNotStoredAndTheOthersAre()
    {
        byte[] victim = StoreFixture.Bytes(3, 333);
        _onFlush = path =>
        {
            if (File.Exists(path) && new FileInfo(path).Length == victim.Length)
            {
                throw new IOException("the disk is broken");
            }
        };
        Task[] puts = [.. Enumerable.Range(0, 10).Select(seed => StoreFixture.Bytes(seed, seed == 3 ? victim.Length : 100))
            .Select(bytes => Store.PutAsync(StoreFixture.DigestOf(bytes), bytes))];
        CasException exception = await Assert.ThrowsAsync<CasException>(() => Task.WhenAll(puts));

        Assert.Equal((CasErrorKind.Other, StoreFixture.DigestOf(victim)), (exception.Kind, exception.Digest));
        Assert.Contains("the disk is broken", exception.Message, StringComparison.Ordinal);
        Assert.Equal([3], Enumerable.Range(0, 10).Where(i => puts[i].IsFaulted));
        Assert.False(Store.Contains(StoreFixture.DigestOf(victim)));
        Assert.Equal(9, Store.Scan().Blobs);
        Assert.Empty(_fixture.Staged());
    }

    [Fact]
    public async Task PutAsync_FlushOfADirectoryFails_NobodyIsToldThatItsBlobsAreStored()
    {
        byte[] bytes = StoreFixture.Bytes(1, 100);
        Digest digest = StoreFixture.DigestOf(bytes);
        string directory = Path.GetDirectoryName(_fixture.FileOf(digest))!;
        _onFlush = path =>
        {
            if (path == directory)
            {
                throw new IOException("the disk is broken");
            }
        };
        await Assert.ThrowsAsync<CasException>(() => Store.PutAsync(digest, bytes));
    }

    [Fact]
    public async Task Dispose_WhileBlobsWait_StoresThemFirst()
    {
        using ManualResetEventSlim disk = new();
        _onFlush = _ => disk.Wait();
        byte[][] blobs = [.. Enumerable.Range(0, 20).Select(seed => StoreFixture.Bytes(seed, 100))];
        Task[] puts = [.. blobs.Select(bytes => Store.PutAsync(StoreFixture.DigestOf(bytes), bytes))];
        Task end = Task.Run(Store.Dispose);
        disk.Set();
        await Task.WhenAll([end, .. puts]);
        Assert.All(blobs, bytes => Assert.True(File.Exists(_fixture.FileOf(StoreFixture.DigestOf(bytes)))));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.PutAsync(StoreFixture.DigestOf(new byte[9]), new byte[9]));
    }

    private void RequireFlushed(Digest digest)
    {
        Assert.True(_flushedBytes.ContainsKey(digest), $"the bytes of {digest} were not flushed");
        Assert.True(_flushedNames.ContainsKey(_fixture.FileOf(digest)), $"the name of {digest} was not flushed");
    }

    // In place of fsync(2): what it would have made durable, and nothing else.
    private void Flush(SafeFileHandle handle)
    {
        string path = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}")).LinkTarget!;
        _onFlush(path);
        _flushes.Enqueue(path);
        if (Directory.Exists(path))
        {
            foreach (string name in Directory.GetFiles(path))
            {
                _flushedNames.TryAdd(name, 0);
            }

            return;
        }

        Digest digest = StoreFixture.DigestOf(File.ReadAllBytes(path));
        Assert.False(File.Exists(_fixture.FileOf(digest)), $"{digest} had its name before its bytes were flushed");
        _flushedBytes.TryAdd(digest, 0);
    }
}
