using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tests.Overlay;

/// <summary>Folders of processes that live and of such as were killed at any moment.</summary>
public sealed class PrivateFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("vroot-folders-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void Sweep_FolderOfAnOwnerThatWasKilledBeforeItsLock_IsRemoved()
    {
        Directory.CreateDirectory(Path.Combine(_parent, "vroot-private-0123456789ab"));
        Sweep();
        Assert.Empty(Directory.GetFileSystemEntries(_parent));
    }

    [Fact]
    public void Sweep_FolderOfADeadOwner_IsRemovedAndALivingOnesStays()
    {
        using PrivateFolder living = PrivateFolder.Create(_parent);
        string dead = Directory.CreateDirectory(Path.Combine(_parent, "vroot-private-0123456789ab", "scratch")).Parent!.FullName;
        File.WriteAllText(Path.Combine(dead, "lock"), "");
        File.WriteAllText(Path.Combine(dead, "scratch", "1"), "written");
        File.CreateSymbolicLink(Path.Combine(dead, "link"), living.Path);

        Sweep();

        Assert.Equal([living.Path], Directory.GetFileSystemEntries(_parent));
        Assert.True(Directory.Exists(living.MountPoint));
    }

    [Fact]
    public void Sweep_FolderWithoutALockThatIsNotEmpty_StaysWhole()
    {
        string foreign = Directory.CreateDirectory(Path.Combine(_parent, "vroot-private-0123456789ab", "kept")).FullName;
        Sweep();
        Assert.True(Directory.Exists(foreign));
    }

    [Fact]
    public void Create_WhileOthersSweep_EachFolderIsWholeUntilItsEnd()
    {
        using CancellationTokenSource end = new();
        Thread[] sweepers = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Sweep();
            }
        }))];
        Array.ForEach(sweepers, sweeper => sweeper.Start());
        try
        {
            for (int i = 0; i < 200; i++)
            {
                using PrivateFolder folder = PrivateFolder.Create(_parent);
                File.WriteAllText(Path.Combine(folder.Path, "1"), "written");
                Thread.Yield();
                Assert.Equal("written", File.ReadAllText(Path.Combine(folder.Path, "1")));
                Assert.True(Directory.Exists(folder.MountPoint));
            }
        }
        finally
        {
            end.Cancel();
            Array.ForEach(sweepers, sweeper => sweeper.Join());
        }

        Assert.Empty(Directory.GetFileSystemEntries(_parent));
    }

    private void Sweep() => PrivateFolder.Sweep(_parent, NullLogger.Instance);
}
