using VirtualRoot.CasClient;
using VirtualRoot.Linux;
using VirtualRoot.Testing;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Overlay;

/// <summary>What may happen while an input's bytes are being fetched for the copy that its first write needs.</summary>
public sealed class CopyUpTests : IDisposable
{
    private readonly OverlayFixture _overlay = new();
    private readonly TaskCompletionSource _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CopyUpTests() => _overlay.Cas.Hold = _hold;

    public void Dispose() => _overlay.Dispose();

    [Fact]
    public async Task Write_ToAnInput_NeedsACopyThatTheNextAttemptFinds()
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        Assert.False(_overlay.TryWrite(input, 4, "BYTES", out _));
        Task copy = Begin(input);
        Assert.False(copy.IsCompleted);
        Assert.Equal(0, _overlay.ScratchFileCount);

        _hold.SetResult();
        await copy;
        _overlay.Write(input, 4, "BYTES");

        Assert.Equal("the BYTES of the input", await _overlay.ReadAsync(input));
        Assert.Equal(1, _overlay.ScratchFileCount);
        Assert.False(_overlay.TryGetBlob(input, out _));
    }

    [Fact]
    public async Task RootThatGoesMeanwhile_KeepsNoScratchFile()
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        Task copy = input.CopyUpAsync(CancellationToken.None);
        Assert.False(copy.IsCompleted);
        input.Root.Dispose();
        _hold.SetResult();
        await copy;

        Assert.False(input.IsScratch);
        Assert.Equal(0, _overlay.ScratchFileCount);
    }

    [Fact]
    public async Task TwoWriters_AtOnce_ShareOneCopy()
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        _overlay.Open(input);
        Task first = input.CopyUpAsync(CancellationToken.None);
        Task second = input.CopyUpAsync(CancellationToken.None);
        _hold.SetResult();
        await Task.WhenAll(first, second);
        _overlay.Write(input, 0, "THE");
        _overlay.Write(input, 17, "INPUT");

        Assert.Equal("THE bytes of the INPUT", await _overlay.ReadAsync(input));
        Assert.Single(_overlay.Cas.BlobFetches);
    }

    [Fact]
    public async Task CancelledWriter_LeavesTheCopyToTheOther()
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        using CancellationTokenSource interrupted = new();
        Task first = input.CopyUpAsync(interrupted.Token);
        Task second = input.CopyUpAsync(CancellationToken.None);
        await interrupted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        _hold.SetResult();
        await second;
        _overlay.Write(input, 0, "x");
        Assert.Single(_overlay.Cas.BlobFetches);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(3ul)]
    public async Task Truncation_DuringTheCopy_WinsOverIt(ulong size)
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        Task copy = Begin(input);
        Assert.Equal(Errno.Success, _overlay.Truncate(input, size, out bool needsCopyUp));
        Assert.False(needsCopyUp);

        _hold.SetResult();
        await copy;

        Assert.Equal(size, input.Size);
        Assert.Equal(0, _overlay.ScratchFileCount);
        Assert.Equal(0, _overlay.Quota.UsedBytes);
        Assert.Equal(OverlayFixture.InputText[..(int)size], await _overlay.ReadAsync(input));
    }

    [Fact]
    public async Task Unlink_DuringTheCopy_OfAFileThatNobodyHolds_LeavesNothingOnDisk()
    {
        TreeFile input = _overlay.Input;
        Task copy = Begin(input);
        _overlay.Unlink("input");
        _hold.SetResult();
        await copy;

        Assert.Equal(0, _overlay.ScratchFileCount);
        Assert.Equal(0, _overlay.Quota.UsedBytes);
    }

    [Fact]
    public async Task Rename_DuringTheCopy_TakesTheBytesAlong()
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        Task copy = Begin(input);
        lock (_overlay.Root.Gate)
        {
            Assert.Equal(Errno.Success, _overlay.Root.Top.Rename("input"u8, _overlay.Root.Top, "elsewhere"u8, 0, out _));
        }

        _hold.SetResult();
        await copy;
        _overlay.Write(input, 0, "THE");

        Assert.Same(input, _overlay.Find("elsewhere"));
        Assert.Equal("THE bytes of the input", await _overlay.ReadAsync(input));
    }

    [Fact]
    public async Task FailedFetch_ChangesNothing_AndIsTriedAnew()
    {
        TreeFile input = _overlay.Input;
        _overlay.Open(input);
        Assert.True(_overlay.TryGetBlob(input, out Digest digest));
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(OverlayFixture.InputText);
        _overlay.Cas.Forget(digest);
        _hold.SetResult();

        CasException failure = await Assert.ThrowsAsync<CasException>(() => input.CopyUpAsync(CancellationToken.None));

        Assert.Equal(digest, failure.Digest);
        Assert.True(_overlay.TryGetBlob(input, out _));
        Assert.Equal((ulong)bytes.Length, input.Size);
        Assert.Equal(0, _overlay.Quota.UsedBytes);
        Assert.Equal(0, _overlay.ScratchFileCount);
        Assert.Equal(1, _overlay.Root.Failures.Count);
    }

    /// <summary>Starts the copy; its fetch is under way when this returns.</summary>
    private Task Begin(TreeFile file)
    {
        Task copy = file.CopyUpAsync(CancellationToken.None);
        Wait.Until(() => _overlay.Cas.Held > 0, "a held fetch");
        return copy;
    }
}
