using System.Text.Json;
using VirtualRoot.Cli.Tests.Support;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Cli.Tests;

[Collection(ToolCollection.Name)]
public sealed class RoundTripTests(Tool tool)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void PushListCat_EmbeddedCas_GivesBackWhatWasPushed()
    {
        string home = tool.NewHome();
        string tree = SmallTree.Create(tool.Files, "round-trip");
        ProcessOutcome pushed = tool.Run(home, "push", tree).Expect();
        string digest = pushed.Output.TrimEnd('\n');
        Assert.Matches("^[0-9a-f]{64}/[0-9]+$", digest);
        Assert.Empty(pushed.Error);
        CheckContents(home, digest);

        // Deterministic, and known already.
        using JsonDocument again = JsonDocument.Parse(tool.Run(home, "push", "--output", "json", tree).Expect().Output);
        Assert.Equal(digest, again.RootElement.GetProperty("root").GetString());
        Assert.Equal(0, again.RootElement.GetProperty("blobsSent").GetInt64());
        Assert.Equal(3, again.RootElement.GetProperty("files").GetInt64());
    }

    [Fact]
    public void List_LongRecursive_HasModesAndTargets()
    {
        string home = tool.NewHome();
        string digest = tool.Run(home, "push", SmallTree.Create(tool.Files, "long")).Expect().Output.TrimEnd('\n');
        string[] lines = tool.Run(home, "ls", "-lR", digest).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("-r-xr-xr-x", StringComparison.Ordinal) && line.EndsWith(" bin/script", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("-r--r--r--", StringComparison.Ordinal) && line.EndsWith(" etc/motd", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("lrwxrwxrwx", StringComparison.Ordinal) && line.EndsWith(" bin/to-motd -> ../etc/motd", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith(" etc/deep/er/file", StringComparison.Ordinal));
        Assert.Equal(12, lines.Length);
    }

    [Fact]
    public void List_NameThatATerminalObeys_IsEscapedAsTextAndExactAsJson()
    {
        string home = tool.NewHome();
        string tree = tool.Files.Create("hostile");
        File.WriteAllText(Path.Combine(tree, "\u001b[2Jx"), "");
        string digest = tool.Run(home, "push", tree).Expect().Output.TrimEnd('\n');
        Assert.Equal("\\x1b[2Jx\n", tool.Run(home, "ls", digest).Expect().Output);
        using JsonDocument json = JsonDocument.Parse(tool.Run(home, "ls", "--output", "json", digest).Expect().Output);
        Assert.Equal("\u001b[2Jx", json.RootElement.GetProperty("entries")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("etc", "is a directory")]
    [InlineData("etc/nothing", "no 'nothing'")]
    [InlineData("loop", "symbolic links")]
    public void Cat_NoFile_Fails(string path, string expected)
    {
        string home = tool.NewHome();
        string digest = tool.Run(home, "push", SmallTree.Create(tool.Files, $"cat-{path.Length}")).Expect().Output.TrimEnd('\n');
        Assert.Contains(expected, tool.Run(home, "cat", digest, path).Expect(125).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cat_RootThatIsNotThere_NamesItsDigest()
    {
        string digest = new string('a', 64) + "/17";
        ProcessOutcome outcome = tool.Run(tool.NewHome(), "cat", digest, "x").Expect(125);
        Assert.Contains(digest, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc://127.0.0.1:0")]
    [InlineData("unix:")]
    public void Serve_OnTcpAndUnix_TakesAndGives(string listen)
    {
        string address = listen == "unix:" ? "unix:" + tool.Files["cas.sock"] : listen;
        string store = tool.Files.Create("store-" + listen.Length);
        using ChildProcess server = ChildProcess.Start(tool.Command(tool.NewHome(), "cas", "serve", "--listen", address, "--dir", store));
        server.WaitForOutput("\n", s_limit);
        string bound = server.Output.Text.TrimEnd('\n');
        string home = tool.NewHome();
        string tree = SmallTree.Create(tool.Files, "served-" + listen.Length);
        string digest = tool.Run(home, "push", "--cas", bound, tree).Expect().Output.TrimEnd('\n');
        CheckContents(home, digest, "--cas", bound);

        ProcessCommand byEnvironment = tool.Command(tool.NewHome(), "cat", digest, "etc/motd");
        Dictionary<string, string> environment = new(byEnvironment.Environment!) { ["VROOT_CAS"] = bound };
        Assert.Equal("hello\n", tool.Run(byEnvironment with { Environment = environment }).Expect().Output);

        server.Signal(15);
        Assert.Equal(143, server.WaitForExit(s_limit).ExitCode);
    }

    private void CheckContents(string home, string digest, params string[] options)
    {
        Assert.Equal("absolute\nbin/\nempty/\netc/\nloop\noutside\n", tool.Run(home, ["ls", .. options, digest]).Expect().Output);
        Assert.Equal("hello\n", tool.Run(home, ["cat", .. options, digest, "outside"]).Expect().Output);
        using JsonDocument json = JsonDocument.Parse(tool.Run(home, ["ls", "-R", "--output", "json", .. options, digest, "bin"]).Expect().Output);
        JsonElement entries = json.RootElement.GetProperty("entries");
        Assert.Equal(["script", "to-motd"], entries.EnumerateArray().Select(entry => entry.GetProperty("path").GetString()));
        Assert.True(entries[0].GetProperty("executable").GetBoolean());
        Assert.Equal("../etc/motd", entries[1].GetProperty("target").GetString());
    }
}
