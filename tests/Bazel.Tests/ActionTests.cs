using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bazel.Tests;

/// <summary>What single actions find in their roots, and how Bazel tells of those that do not succeed.</summary>
[Collection(BazelCollection.Name)]
public sealed class ActionTests(BazelWorkspace workspace)
{
    // Of `bazel test` when tests did not pass.
    private const int TestsFailed = 3;

    /// <summary>Meroton's reproduction of bb-remote-execution #115, without /usr/bin/env, without docker-compose, without sudo.</summary>
    [NeedsBazelFact]
    public void Introspection_OfAStaticTool_ListsProcSelf()
    {
        string[] names = workspace.Builds.Clean.Outputs["actions/introspection.txt"].Split('\n');

        Assert.Empty(new[] { "exe", "cwd", "root", "fd", "maps", "status", "cmdline", "mountinfo" }.Except(names));
    }

    [NeedsBazelFact]
    public void UndeclaredFiles_OfTheHostAndOfTheWorkspace_AreNotSeen()
    {
        string remote = workspace.Builds.Clean.Outputs["actions/undeclared.txt"];
        string local = workspace.Builds.Local.Outputs["actions/undeclared.txt"];

        Assert.Equal("no /etc/passwd\nno actions/words.txt\n", remote);
        Assert.Equal("seen /etc/passwd\nseen actions/words.txt\n", local); // so it looks for the right ones
    }

    [NeedsBazelFact]
    public void FailingAction_ItsErrorIsShownAndTheBuildFails()
    {
        ProcessOutcome outcome = workspace.Remote("build", "//actions:failing").Expect(1);

        Assert.Contains("(Exit 3)", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("\nthe quux is not frobbed\n", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsBazelFact]
    public void EndlessTest_IsEndedAtItsTimeLimitAndToldAsSuch()
    {
        ProcessOutcome outcome = workspace.Remote("test", "--test_timeout=5", "//cc:endless_test").Expect(TestsFailed);

        Assert.Contains("TIMEOUT in ", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(ProcessTable.FindAfter("cc/endless_test\0", ServeDaemon.Patience));
    }
}
