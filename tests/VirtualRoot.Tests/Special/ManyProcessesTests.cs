using VirtualRoot.Nodes;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>An action of more processes than the table keeps pinned.</summary>
public sealed class ManyProcessesTests
{
    private const int Count = 160;

    [Fact]
    public void List_OfMoreProcessesThanPins_HasAll()
    {
        using SpecialFixture fixture = new();
        using ChildProcess first = ChildProcess.StartScript($"for n in $(seq {Count}); do sleep 61 & done; echo ready; exec sleep 60", out _);
        fixture.Tree.SetActionInit(first.Id);
        Caller caller = SpecialFixture.As(first.Id);
        for (int again = 0; again < 2; again++)
        {
            Assert.Equal(Count + 1, fixture.List(caller, "proc").Count(static name => int.TryParse(name, out _)));
        }

        Assert.Equal($"{first.Id}", fixture.ReadLink(caller, "proc/self"));
    }
}
