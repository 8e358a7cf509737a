using VirtualRoot.Cli.Tests.Support;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Cli.Tests;

[Collection(ToolCollection.Name)]
public sealed class CommandLineTests(Tool tool)
{
    private const string Digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0";

    [Theory]
    [InlineData("nosuch", "'vroot --help'")]
    [InlineData("cas", "'vroot cas --help'")]
    [InlineData("cat --cash x D p", "Unknown option '--cash'. See 'vroot cat --help'")]
    [InlineData("run -x D -- true", "Unknown option '-x'")]
    [InlineData("ls not-a-digest", "'not-a-digest' is no digest")]
    [InlineData("ls E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855/0", "lower-case")]
    [InlineData("push /nonexistent", "is no directory")]
    [InlineData("ls D --cas grpc://nowhere", "none of grpc://host:port")]
    [InlineData("ls D --cas grpc://h:1 --tls-key /nonexistent", "'/nonexistent' does not exist")]
    [InlineData("ls D --cache-size 1X", "--cache-size: '1X'")]
    [InlineData("run D --special maybe -- true", "none of auto, synthesized, passthrough, kernel or off")]
    [InlineData("run D --special proc=off,home=off -- true", "none of proc=MODE, sys=MODE and dev=MODE")]
    [InlineData("run D --special sys=kernel -- true", "only /proc can be the kernel's")]
    [InlineData("run D --special kernel --cpus 1 -- true", "a real procfs tells of the whole machine")]
    [InlineData("run D --special-statfs maybe -- true", "none of auto, on and off")]
    [InlineData("mount D /mnt --special kernel", "a real procfs belongs to the namespaces of one action")]
    [InlineData("run D --inputs maybe -- true", "--inputs: 'maybe'")]
    [InlineData("run D --workdir etc -- true", "not absolute")]
    [InlineData("mount D / --owner me", "--owner: 'me'")]
    [InlineData("mount D /nonexistent", "make it first")]
    [InlineData("cas serve --listen bogus:1", "cannot listen on 'grpc://bogus:1': give an IP address")]
    [InlineData("cas serve --server-key k", "give both")]
    [InlineData("ls D --config /nonexistent.json", "/nonexistent.json")]
    public void FaultyCommandLine_IsOneLineWithTheRemedyAndStatus2(string line, string expected)
    {
        ProcessOutcome outcome = tool.Run(tool.NewHome(), line.Replace(" D", " " + Digest, StringComparison.Ordinal).Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.StartsWith("vroot: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, outcome.Error.Count(character => character == '\n'));
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_WithAnAtSign_AreNoResponseFiles()
    {
        ProcessOutcome outcome = tool.Run(tool.NewHome(), "ls", "@/etc/passwd");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("'@/etc/passwd' is no digest", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_IsTheProductsOwn() =>
        Assert.StartsWith("0.1.0", tool.Run(tool.NewHome(), "--version").Expect().Output, StringComparison.Ordinal);

    [Fact]
    public void ConfigurationFile_InTheHome_IsReadAndItsUnknownKeysAreNamed()
    {
        string home = tool.NewHome();
        Directory.CreateDirectory(Path.Combine(home, ".config/vroot"));
        File.WriteAllText(Path.Combine(home, ".config/vroot/config.json"), """{ "cass": "unix:/x" }""");
        ProcessOutcome outcome = tool.Run(home, "ls", Digest);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("\"cass\"", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void UnreachableCas_NamesItAndFails()
    {
        ProcessCommand command = tool.Command(tool.NewHome(), "doctor", "--cas", "unix:/nonexistent.sock", "--output", "json");
        Assert.Contains("/nonexistent.sock", tool.Run(command).Expect(1).Output, StringComparison.Ordinal);
    }
}
