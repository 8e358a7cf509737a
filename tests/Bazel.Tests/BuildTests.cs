namespace VirtualRoot.Bazel.Tests;

/// <summary>Builds of everything: clean, from the cache, after a change, and beside this machine's own.</summary>
[Collection(BazelCollection.Name)]
public sealed class BuildTests(BazelWorkspace workspace)
{
    [NeedsBazelFact]
    public void Clean_EveryAction_RunsInAVirtualRoot()
    {
        FinishedBuild build = workspace.Builds.Clean;

        Assert.Equal(["internal", "remote"], build.Processes.Keys.Order(StringComparer.Ordinal));
        Assert.True(build.Processes["remote"] >= 515, build.Outcome.Error);
        Assert.Contains("greeting_test", build.Outcome.Output, StringComparison.Ordinal);
        Assert.Contains("PASSED in", build.Outcome.Output, StringComparison.Ordinal);
        Assert.Equal(500, build.Outputs.Keys.Count(static path => path.StartsWith("actions/small_", StringComparison.Ordinal)));
    }

    [NeedsBazelFact]
    public void Cached_AfterAClean_NothingRunsAndEveryOutputIsTheSame()
    {
        FinishedBuild first = workspace.Builds.Clean;
        FinishedBuild build = workspace.Builds.Cached;

        Assert.Equal(["internal", "remote cache hit"], build.Processes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(first.Processes["remote"], build.Processes["remote cache hit"]);
        Assert.Empty(OutputSnapshot.Differences(first.Outputs, build.Outputs));
    }

    [NeedsBazelFact]
    public void Changed_ASourceAndAText_OnlyWhatDependsOnThemRuns()
    {
        FinishedBuild build = workspace.Builds.Changed;

        Assert.All(build.Spawns, static spawn => Assert.Equal("remote", spawn.Runner));
        Assert.Equal(
            ["Busybox actions/small_250.txt", "CppCompile cc/_objs/greeting/greeting.d", "CppLink cc/greeting_test", "CppLink cc/hello",
                "CppLink cc/libgreeting.a", "Genrule actions/sorted.txt", "TestRunner"],
            build.Spawns.Select(Describe).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("alpha\nbravo\ncharlie\ndelta\necho\n6\n", build.Outputs["actions/sorted.txt"]);
    }

    [NeedsBazelFact]
    public void Local_OfTheSameTargets_IsEqualByteForByte()
    {
        // What tells of the machine on purpose; the paths of headers.
        static bool IsCompared(KeyValuePair<string, string> output) =>
            output.Key is not ("actions/introspection.txt" or "actions/undeclared.txt") && !output.Key.EndsWith(".d", StringComparison.Ordinal);
        Dictionary<string, string> remote = new(workspace.Builds.Changed.Outputs.Where(IsCompared));
        Dictionary<string, string> local = new(workspace.Builds.Local.Outputs.Where(IsCompared));

        Assert.Equal(["internal", "local"], workspace.Builds.Local.Processes.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(OutputSnapshot.Differences(remote, local));
        string[] compared =
        [
            "actions/sorted.txt", "actions/small_499.txt", "actions/links/to_file", "cc/hello", "cc/libgreeting.a", "cc/_objs/hello/hello.o",
            "go/hello", "go/hello_output.txt", "java/hello.txt", "java/hello_classes/Hello.class",
        ];
        Assert.Empty(compared.Except(local.Keys));
    }

    [NeedsBazelFact]
    public void OutputDirectory_WithSymbolicLinks_KeepsThem()
    {
        IReadOnlyDictionary<string, string> outputs = workspace.Builds.Clean.Outputs;

        Assert.Equal("-> deep/er/file", outputs["actions/links/to_file"]);
        Assert.Equal("-> ../er/file", outputs["actions/links/deep/er/again"]);
        Assert.Contains("actions/links/deep/er/file", outputs.Keys);
    }

    private static string Describe(ExecutedSpawn spawn) =>
        spawn.Mnemonic == "TestRunner" ? spawn.Mnemonic : spawn.Mnemonic + " " + spawn.Outputs.Order(StringComparer.Ordinal).First();
}
