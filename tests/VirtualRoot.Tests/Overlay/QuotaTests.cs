using VirtualRoot.Linux;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Overlay;

/// <summary>What is written is bounded, and what is removed is given back.</summary>
public sealed class QuotaTests
{
    private const int Block = 4096;

    [Fact]
    public void Write_BeyondTheQuota_IsEnospcAndTakesNothing()
    {
        using OverlayFixture overlay = new(quotaBytes: 4 * Block);
        TreeFile file = overlay.Create("file");
        overlay.Open(file);
        overlay.Write(file, 0, new string('a', 2 * Block));
        long used = overlay.Quota.UsedBytes;
        Assert.InRange(used, 2 * Block, 3 * Block);

        Assert.True(overlay.TryWrite(file, 2 * Block, new string('b', 4 * Block), out Errno errno));

        Assert.Equal(Errno.ENOSPC, errno);
        Assert.Equal(used, overlay.Quota.UsedBytes);
        Assert.True(overlay.Quota.WasReached);
        Assert.Equal(2ul * Block, file.Size);
    }

    [Fact]
    public void Overwrite_WhereAllIsUsed_IsAllowed()
    {
        using OverlayFixture overlay = new(quotaBytes: 3 * Block);
        TreeFile file = overlay.Create("file");
        overlay.Open(file);
        overlay.Write(file, 0, new string('a', 2 * Block));
        overlay.Write(file, 0, new string('b', 2 * Block)); // its worst case is more than what is left
        Assert.False(overlay.Quota.WasReached);
    }

    [Fact]
    public void UnlinkAndTruncate_GiveBack()
    {
        using OverlayFixture overlay = new(quotaBytes: 100 * Block, quotaInodes: 1);
        TreeFile file = overlay.Create("file");
        overlay.Open(file);
        overlay.Write(file, 0, new string('a', 20 * Block));
        Assert.Equal(Errno.Success, overlay.Truncate(file, Block, out _));
        Assert.InRange(overlay.Quota.UsedBytes, Block, 2 * Block);
        Assert.Equal(Errno.ENOSPC, overlay.TryCreate("second", out _));

        overlay.Unlink("file");
        Assert.InRange(overlay.Quota.UsedBytes, Block, 2 * Block); // it is open still
        overlay.Release(file);

        Assert.Equal(0, overlay.Quota.UsedBytes);
        Assert.Equal(0, overlay.Quota.UsedInodes);
        Assert.Equal(0, overlay.ScratchFileCount);
        Assert.Equal(Errno.Success, overlay.TryCreate("second", out _));
    }

    [Fact]
    public void Truncate_ToTheSameSize_GivesBackWhatLiesBehindTheEnd()
    {
        using OverlayFixture overlay = new(quotaBytes: 100 * Block);
        TreeFile file = overlay.Create("file");
        overlay.Open(file);
        overlay.Write(file, 0, "written");
        overlay.AllocateBehindTheEnd(file, 50 * Block);
        Assert.InRange(overlay.Quota.UsedBytes, 50 * Block, 52 * Block);
        ulong version = file.DataVersion;

        Assert.Equal(Errno.Success, overlay.Truncate(file, file.Size, out _));

        Assert.InRange(overlay.Quota.UsedBytes, Block, 2 * Block);
        Assert.Equal((7ul, version), (file.Size, file.DataVersion));
        overlay.Release(file);
    }

    [Fact]
    public void Unlink_OfWhatTheKernelStillKnows_GivesBackAtOnce()
    {
        using OverlayFixture overlay = new(quotaBytes: 100 * Block, quotaInodes: 1);
        TreeFile file = overlay.Create("file");
        overlay.Know(file);
        overlay.Open(file);
        overlay.Write(file, 0, new string('a', 20 * Block));
        overlay.Release(file);
        overlay.Unlink("file");

        Assert.Equal((0L, 0L), (overlay.Quota.UsedBytes, overlay.Quota.UsedInodes));
        Assert.Equal(1, overlay.ScratchFileCount);

        overlay.Open(file); // by way of an O_PATH descriptor
        Assert.InRange(overlay.Quota.UsedBytes, 20 * Block, 22 * Block);
        overlay.Release(file);
        overlay.Forget(file);
        Assert.Equal((0L, 0), (overlay.Quota.UsedBytes, overlay.ScratchFileCount));
    }

    [Fact]
    public async Task CopyUp_BeyondTheQuota_IsEnospcAndTheInputStays()
    {
        using OverlayFixture overlay = new(quotaBytes: 10);
        TreeFile input = overlay.Input;
        overlay.Open(input);

        ScratchException refused = await Assert.ThrowsAsync<ScratchException>(() => input.CopyUpAsync(CancellationToken.None));

        Assert.Equal(Errno.ENOSPC, refused.Errno);
        Assert.Empty(overlay.Cas.BlobFetches);
        Assert.True(overlay.TryGetBlob(input, out _));
        Assert.Equal(0, overlay.Quota.UsedBytes);
    }

    [Fact]
    public void SparseFile_CountsWhatItOccupies()
    {
        using OverlayFixture overlay = new(quotaBytes: 10 * Block);
        TreeFile file = overlay.Create("sparse");
        overlay.Open(file);
        Assert.Equal(Errno.Success, overlay.Truncate(file, 1ul << 40, out _));
        overlay.Write(file, 1L << 39, "in the middle");
        Assert.InRange(overlay.Quota.UsedBytes, Block, 3 * Block);
    }

    [Fact]
    public void Inputs_CountNothing()
    {
        using OverlayFixture overlay = new(quotaInodes: 0);
        overlay.Unlink("input");
        Assert.Equal(0, overlay.Quota.UsedInodes);
        Assert.Equal(Errno.ENOSPC, overlay.TryCreate("new", out _));
    }
}
