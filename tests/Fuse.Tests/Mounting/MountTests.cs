using VirtualRoot.Testing;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>Every scenario twice: as root with a direct mount, and as an ordinary user in a user namespace.</summary>
[Collection(Driven.Collection)]
public sealed class MountTests(UserNamespaceRun userNamespaceRun) : IClassFixture<UserNamespaceRun>
{
    public static TheoryData<string> Scenarios => [.. MountScenarios.All.Keys];

    [NeedsFuseTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Mount_AsRoot_Does(string scenario)
    {
        await MountScenarios.All[scenario]();

        Assert.DoesNotContain(Fuse.Mounting.MountEntry.ReadAll(), mount => mount.MountPoint.StartsWith(Path.GetTempPath() + MountScenarios.DirectoryPrefix, StringComparison.Ordinal));
    }

    [NeedsFuseTheory]
    [MemberData(nameof(Scenarios))]
    public void Mount_AsAnotherUserInAUserNamespace_Does(string scenario) =>
        Assert.True(userNamespaceRun.Lines.Contains($"{scenario}: ok"), string.Join('\n', userNamespaceRun.Lines));
}
