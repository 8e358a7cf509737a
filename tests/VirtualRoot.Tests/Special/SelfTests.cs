using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

public sealed class SelfTests
{
    [Fact]
    public void Self_OfEachCaller_IsItsOwnNumberOnOneNode()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.Start("sleep", "60");
        SpecialNode first = fixture.Get(SpecialFixture.As(Environment.ProcessId), "proc/self");
        SpecialNode second = fixture.Get(SpecialFixture.As(child.Id), "proc/self");
        Assert.Same(first, second);
        Assert.Equal($"{Environment.ProcessId}", fixture.ReadLink(SpecialFixture.As(Environment.ProcessId), (SpecialLink)first));
        Assert.Equal($"{child.Id}", fixture.ReadLink(SpecialFixture.As(child.Id), (SpecialLink)second));
        Assert.Equal($"{child.Id}/task/{child.Id}", fixture.ReadLink(SpecialFixture.As(child.Id), "proc/thread-self"));
    }

    [Fact]
    public void SelfExe_OfAChild_IsItsProgram()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.Start("sleep", "60");
        Assert.Equal(new FileInfo("/bin/sleep").ResolveLinkTarget(true)?.FullName ?? child.ReadLink("exe"), fixture.ReadLink(SpecialFixture.As(child.Id), "proc/self/exe"));
        Assert.Equal(child.ReadLink("exe"), fixture.ReadLink(SpecialFixture.As(child.Id), "proc/self/exe"));
        Assert.Equal(child.ReadLink("cwd"), fixture.ReadLink(SpecialFixture.As(child.Id), "proc/self/cwd"));
        Assert.Equal("/", fixture.ReadLink(SpecialFixture.As(child.Id), "proc/self/root"));
    }
}
