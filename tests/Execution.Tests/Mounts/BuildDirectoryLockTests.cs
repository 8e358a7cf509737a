using VirtualRoot.Building;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>One daemon for a build directory.</summary>
[Collection(MountsCollection.Name)]
public sealed class BuildDirectoryLockTests
{
    [NeedsFuseFact("/bin/busybox")]
    public async Task Start_OnADirectoryThatIsServed_IsRefused()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        BuildDirectoryException refused = await Assert.ThrowsAsync<BuildDirectoryException>(() => StartAsync(build));

        Assert.Equal(BuildDirectoryErrorKind.Taken, refused.Kind);
        Assert.Contains(build.Build.Path, refused.Message, StringComparison.Ordinal);
        await build.CreateAsync("a");
        Assert.Equal("a\n", build.Run("ls $0").Expect().Output); // the first one was left alone
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Start_BySymbolicLink_IsTheSameDirectory()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        using TestDirectory directory = new();
        File.CreateSymbolicLink(directory["link"], build.Build.Path);
        BuildDirectoryOptions options = new() { Directory = directory["link"], ScratchParent = directory["scratch"] };

        Assert.Equal(
            BuildDirectoryErrorKind.Taken,
            (await Assert.ThrowsAsync<BuildDirectoryException>(() => BuildDirectory.StartAsync(options, build.Cas.Directories, build.Cas.Blobs))).Kind);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Start_WhereTheMountCannotBeSeen_IsRefusedForTheLock()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        build.Run("umount -l $0").Expect(); // as in another mount namespace: the directory below is there, the lock too

        Assert.Equal(BuildDirectoryErrorKind.Taken, (await Assert.ThrowsAsync<BuildDirectoryException>(() => StartAsync(build))).Kind);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Start_AfterTheEndOfTheFirst_Works()
    {
        using TestDirectory directory = new();
        string path = directory.Create("build");
        await using MountedBuild build = await MountedBuild.StartAsync();
        for (int round = 0; round < 3; round++)
        {
            await using BuildDirectory again = await BuildDirectory.StartAsync(
                new BuildDirectoryOptions { Directory = path, ScratchParent = directory["scratch"] }, build.Cas.Directories, build.Cas.Blobs);
            Assert.NotEmpty(MountTable.Below(path));
        }

        Assert.Empty(MountTable.Below(path));
        Assert.Empty(Directory.GetDirectories(directory["scratch"]));
    }

    [Fact]
    public async Task Start_OnNoDirectory_NamesIt()
    {
        BuildDirectoryException refused = await Assert.ThrowsAsync<BuildDirectoryException>(() => BuildDirectory.StartAsync(
            new BuildDirectoryOptions { Directory = "/no/such/build", ScratchParent = "/no/such/scratch" }, null!, null!));

        Assert.Equal(BuildDirectoryErrorKind.Unusable, refused.Kind);
        Assert.Contains("/no/such/build", refused.Message, StringComparison.Ordinal);
    }

    private static Task<BuildDirectory> StartAsync(MountedBuild build) => BuildDirectory.StartAsync(
        new BuildDirectoryOptions { Directory = build.Build.Path, ScratchParent = Path.GetDirectoryName(build.Build.Folder)! }, build.Cas.Directories, build.Cas.Blobs);
}
