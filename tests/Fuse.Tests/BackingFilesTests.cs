using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests;

public sealed class BackingFilesTests : IDisposable
{
    private readonly FakeKernelChannel _kernel = new();
    private readonly SafeFileHandle _file = File.OpenHandle("/dev/null");

    public void Dispose()
    {
        _kernel.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Files_AreGivenIdsAndGiveThemBack()
    {
        FuseBackingFiles files = Files(FuseInitFlags.Passthrough);

        Assert.True(files.TryOpen(_file, out int one));
        Assert.True(files.TryOpen(_file, out int two));
        Assert.Equal([one, two], _kernel.Backing);
        files.Close(one);
        Assert.Equal([two], _kernel.Backing);
        files.Close(two);
        Assert.Empty(_kernel.Backing);
    }

    [Fact]
    public void WhereItWasNotAgreedOn_TheKernelIsNotAsked()
    {
        FuseBackingFiles files = Files(FuseInitFlags.InitExt);

        Assert.False(files.IsUsable);
        Assert.False(files.TryOpen(_file, out int id));
        Assert.Equal(0, id);
        Assert.Empty(_kernel.Backing);
    }

    [Theory]
    [InlineData(Errno.EPERM, false)] // no CAP_SYS_ADMIN
    [InlineData(Errno.ELOOP, false)] // the cache lies on a stacked file system
    [InlineData(Errno.EMFILE, true)]
    [InlineData(Errno.ENOMEM, true)]
    public void Refused_IsTriedAgainOnlyWhereItMayPass(Errno refusal, bool isTriedAgain)
    {
        FuseBackingFiles files = Files(FuseInitFlags.Passthrough);
        _kernel.BackingRefusal = refusal;
        Assert.False(files.TryOpen(_file, out int id));
        Assert.Equal(0, id);

        _kernel.BackingRefusal = Errno.Success;
        Assert.Equal(isTriedAgain, files.IsUsable);
        Assert.Equal(isTriedAgain, files.TryOpen(_file, out _));
    }

    private FuseBackingFiles Files(FuseInitFlags agreed) => new(_kernel, agreed, NullLogger.Instance);
}
