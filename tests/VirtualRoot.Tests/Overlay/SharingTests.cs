using VirtualRoot.CasClient;
using VirtualRoot.Linux;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Overlay;

/// <summary>copy_file_range of a whole input: the copy is the same blob, and nothing is fetched or written.</summary>
public sealed class SharingTests : IDisposable
{
    private static readonly ulong s_size = (ulong)OverlayFixture.InputText.Length;
    private readonly OverlayFixture _overlay = new();

    public void Dispose() => _overlay.Dispose();

    [Fact]
    public void WholeInput_ToANewFile_SharesTheBlob()
    {
        TreeFile copy = _overlay.Create("copy");
        Assert.True(Share(copy, 0, s_size * 2, out ulong shared));

        Assert.Equal(s_size, shared);
        Assert.True(_overlay.TryGetBlob(copy, out Digest digest));
        Assert.True(_overlay.TryGetBlob(_overlay.Input, out Digest original));
        Assert.Equal(original, digest);
        Assert.Empty(_overlay.Cas.BlobFetches);
        Assert.Equal(0, _overlay.ScratchFileCount);
    }

    [Fact]
    public async Task WholeInput_InSeveralCalls_SharesTheBlobAtTheLast()
    {
        TreeFile copy = _overlay.Create("copy");
        Assert.True(Share(copy, 0, 10, out _));
        Assert.False(_overlay.TryGetBlob(copy, out _));
        Assert.Equal(OverlayFixture.InputText[..10], await _overlay.ReadAsync(copy));
        Assert.True(Share(copy, 10, 5, out _));
        Assert.True(Share(copy, 15, s_size, out ulong last));

        Assert.Equal(s_size - 15, last);
        Assert.True(_overlay.TryGetBlob(copy, out _));
        Assert.Equal(OverlayFixture.InputText, await _overlay.ReadAsync(copy));
    }

    [Fact]
    public async Task PartOfAnInput_ThatIsWrittenTo_IsCopiedOnlySoFar()
    {
        TreeFile copy = _overlay.Create("copy");
        Assert.True(Share(copy, 0, 9, out _));
        Assert.False(_overlay.TryWrite(copy, 12, "!", out _));
        await copy.CopyUpAsync(CancellationToken.None);
        _overlay.Write(copy, 12, "!");
        Assert.Equal("the bytes\0\0\0!", await _overlay.ReadAsync(copy));
    }

    [Fact]
    public async Task SharedCopy_ThatIsWrittenTo_LeavesTheInputAsItWas()
    {
        TreeFile copy = _overlay.Create("copy");
        Assert.True(Share(copy, 0, s_size, out _));
        await copy.CopyUpAsync(CancellationToken.None);
        _overlay.Write(copy, 0, "THE");
        Assert.Equal(OverlayFixture.InputText, await _overlay.ReadAsync(_overlay.Input));
        Assert.True(_overlay.TryGetBlob(_overlay.Input, out _));
    }

    [Fact]
    public void EmptiedFile_GivesItsScratchFileBackForTheBlob()
    {
        TreeFile target = _overlay.Create("target");
        _overlay.Write(target, 0, "to be replaced");
        Assert.Equal(Errno.Success, _overlay.Truncate(target, 0, out _));
        Assert.True(Share(target, 0, s_size, out _));

        Assert.True(_overlay.TryGetBlob(target, out _));
        Assert.Equal(0, _overlay.ScratchFileCount);
        Assert.Equal(0, _overlay.Quota.UsedBytes);
    }

    [Fact]
    public async Task WhatIsNotAWholeBlobFromItsStart_IsCopied()
    {
        TreeFile filled = _overlay.Create("filled");
        _overlay.Write(filled, 0, "0123456789");
        Assert.False(Share(filled, 0, s_size, out _)); // bytes are there already
        Assert.False(Share(filled, 10, s_size, out _));

        TreeFile shifted = _overlay.Create("shifted");
        lock (_overlay.Root.Gate)
        {
            Assert.False(shifted.TryShare(_overlay.Input, 5, 0, s_size, out _));
            Assert.False(shifted.TryShare(shifted, 0, 0, s_size, out _));
        }

        await _overlay.Input.CopyUpAsync(CancellationToken.None);
        _overlay.Write(_overlay.Input, 0, "X");
        Assert.False(Share(shifted, 0, s_size, out _)); // no blob any more
    }

    private bool Share(TreeFile target, ulong offset, ulong length, out ulong shared)
    {
        lock (_overlay.Root.Gate)
        {
            return target.TryShare(_overlay.Input, offset, offset, length, out shared);
        }
    }
}
