using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>The action's first process is the launcher's: its program, its root and its pipes are nobody's.</summary>
public sealed class InitTests : IDisposable
{
    private readonly SpecialFixture _fixture = new();
    private readonly ChildProcess _init;
    private readonly Caller _member;

    public InitTests()
    {
        _init = ChildProcess.StartScript("sleep 61 & echo $!; exec sleep 60", out string member);
        ChildProcess.WaitForSleep(int.Parse(member));
        _member = SpecialFixture.As(int.Parse(member));
        _fixture.Tree.SetActionInit(_init.Id);
    }

    [Theory]
    [InlineData("environ")]
    [InlineData("maps")]
    [InlineData("smaps")]
    [InlineData("auxv")]
    [InlineData("io")]
    public void PrivateFile_OfInit_IsDeniedEvenToRoot(string name) =>
        Assert.Equal(Errno.EACCES, _fixture.OpenErrno(_member, $"proc/{_init.Id}/{name}"));

    [Theory]
    [InlineData("exe")]
    [InlineData("cwd")]
    [InlineData("root")]
    public void Link_OfInit_IsDeniedEvenToRoot(string name) => Assert.Equal(Errno.EACCES, _fixture.LinkErrno(_member, $"proc/{_init.Id}/{name}"));

    [Fact]
    public void Descriptors_OfInit_AreDeniedEvenToRoot()
    {
        Assert.Equal(Errno.EACCES, ((SpecialDirectory)_fixture.Get(_member, $"proc/{_init.Id}/fd")).List(_member, []));
        Assert.Equal(Errno.EACCES, _fixture.Walk(_member, $"proc/{_init.Id}/fd/0", out _));
        Assert.Equal(Errno.EACCES, _fixture.Walk(_member, $"proc/{_init.Id}/fdinfo/0", out _));
        Assert.Equal(Errno.EACCES, ((SpecialDirectory)_fixture.Get(_member, $"proc/{_init.Id}/task/{_init.Id}/fd")).List(_member, []));
    }

    [Fact]
    public void PublicFile_OfInit_IsTold()
    {
        Assert.Contains("\nName:\tsleep\n", "\n" + _fixture.ReadFile(_member, $"proc/{_init.Id}/status"), StringComparison.Ordinal);
        Assert.StartsWith($"{_init.Id} (sleep) ", _fixture.ReadFile(_member, $"proc/{_init.Id}/stat"), StringComparison.Ordinal);
        Assert.Equal("sleep\u000060\0", _fixture.ReadFile(_member, $"proc/{_init.Id}/cmdline"));
    }

    [Fact]
    public void PrivateFile_OfInit_IsItsOwn() =>
        Assert.Equal(_init.ReadLink("exe"), _fixture.ReadLink(SpecialFixture.As(_init.Id), "proc/self/exe"));

    public void Dispose()
    {
        _fixture.Dispose();
        _init.Dispose();
    }
}
