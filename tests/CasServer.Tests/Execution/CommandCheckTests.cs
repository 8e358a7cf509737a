using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Which commands, time limits and platforms are refused, and what becomes of the others.</summary>
public sealed class CommandCheckTests
{
    private static readonly Dictionary<string, Action<Protos.Command>> s_bad = new()
    {
        ["no arguments"] = static command => command.Arguments.Clear(),
        ["an empty first argument"] = static command => command.Arguments[0] = string.Empty,
        ["a NUL in an argument"] = static command => command.Arguments.Add("a\0b"),
        ["an argument that Linux does not take"] = static command => command.Arguments.Add(new string('x', 200_000)),
        ["a variable without a name"] = static command => command.EnvironmentVariables.Add(Variable(string.Empty, "x")),
        ["a variable with = in its name"] = static command => command.EnvironmentVariables.Add(Variable("a=b", "x")),
        ["a variable with a NUL"] = static command => command.EnvironmentVariables.Add(Variable("a", "x\0")),
        ["a variable twice"] = static command => command.EnvironmentVariables.Add([Variable("a", "x"), Variable("a", "x")]),
        ["an absolute working directory"] = static command => command.WorkingDirectory = "/etc",
        ["a working directory outside"] = static command => command.WorkingDirectory = "a/../../b",
        ["a working directory with an empty part"] = static command => command.WorkingDirectory = "a//b",
        ["a working directory with a NUL"] = static command => command.WorkingDirectory = "a\0",
        ["an absolute output"] = static command => command.OutputPaths.Add("/x"),
        ["an output outside"] = static command => command.OutputPaths.Add(".."),
        ["an output outside by way of the working directory"] = static command =>
        {
            command.WorkingDirectory = "a";
            command.OutputFiles.Add("../../x");
        },
        ["an output directory outside"] = static command => command.OutputDirectories.Add("a/../../../x"),
        ["an output with a slash at its end"] = static command => command.OutputPaths.Add("x/"),
        ["an output with an empty part"] = static command => command.OutputPaths.Add("x//y"),
        ["an output with a NUL"] = static command => command.OutputFiles.Add("x\0y"),
        ["an output with a long name"] = static command => command.OutputPaths.Add(new string('n', 256)),
        ["an output with a long path"] = static command => command.OutputPaths.Add(string.Join('/', Enumerable.Repeat("abc", 1100))),
        ["an output file without a name"] = static command => command.OutputFiles.Add(string.Empty),
        ["an unknown directory format"] = static command => command.OutputDirectoryFormat = (Protos.Command.Types.OutputDirectoryFormat)7,
    };

    public static TheoryData<string> Bad => [.. s_bad.Keys];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Command_WithAFault_IsInvalid(string which)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Protos.Status status = await fixture.RefusedAsync(StatusCode.InvalidArgument, fixture.PutAction(s_bad[which]));
        Assert.StartsWith("the Command cannot be run: ", status.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Runner.Runs);
    }

    [Fact]
    public async Task Command_WithManyFaults_TellsTheFirst()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = fixture.PutAction(static command =>
        {
            command.Arguments.Clear();
            command.OutputPaths.AddRange(Enumerable.Range(0, 10_000).Select(static number => $"/{number}{new string('\u2603', 500)}"));
        });
        Protos.Status status = await fixture.RefusedAsync(StatusCode.InvalidArgument, action);
        Assert.StartsWith("the Command cannot be run: it has no arguments, or an empty first one; output_paths '/0", status.Message, StringComparison.Ordinal);
        Assert.InRange(status.Message.Length, 1000, 2000);
    }

    [Fact]
    public async Task Command_ThatIsADirectory_IsInvalid()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest directory = fixture.Put(new Protos.Directory { Symlinks = { new Protos.SymlinkNode { Name = "l", Target = "l" } } });
        await fixture.RefusedAsync(StatusCode.InvalidArgument, fixture.PutAction(action: message => message.CommandDigest = message.InputRootDigest = directory.ToMessage()));
    }

    [Fact]
    public async Task Command_Whole_ReachesTheRunnerAsItStands()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        ActionCommand? seen = null;
        fixture.Runner.Answer = run =>
        {
            seen = run.Action.Command;
            return Task.FromResult(FakeRunner.Exited());
        };
        await fixture.RunAsync(fixture.PutAction(static command =>
        {
            command.Arguments.Clear();
            command.Arguments.Add(["tool", string.Empty, "ö \n"]);
            command.EnvironmentVariables.Add([Variable("Z", "=1"), Variable("A", string.Empty)]);
            command.WorkingDirectory = "a/b";
            command.OutputPaths.Add(["../../up", "", ".", "x"]);
            command.OutputFiles.Add("f");
            command.OutputDirectories.Add(string.Empty);
            command.OutputDirectoryFormat = Protos.Command.Types.OutputDirectoryFormat.TreeAndDirectory;
            command.OutputNodeProperties.Add("mtime");
        }));

        Assert.Equal(["tool", "", "ö \n"], seen!.Arguments);
        Assert.Equal([KeyValuePair.Create("Z", "=1"), KeyValuePair.Create("A", "")], seen.Environment);
        Assert.Equal("a/b", seen.WorkingDirectory);
        Assert.Equal(["../../up", "", ".", "x"], seen.OutputPaths);
        Assert.Equal(["f"], seen.OutputFiles);
        Assert.Equal([""], seen.OutputDirectories);
        Assert.Equal(CasClient.Results.OutputDirectoryFormat.TreeAndDirectory, seen.DirectoryFormat);
        Assert.Equal(["mtime"], seen.NodeProperties);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(5, -1)]
    [InlineData(-5, 1)]
    [InlineData(1, 1_000_000_000)]
    [InlineData(7201, 0)]
    [InlineData(7200, 1)]
    [InlineData(315_576_000_001, 0)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(long.MinValue, int.MinValue)]
    public async Task Timeout_NegativeMalformedOrTooLong_IsInvalid(long seconds, int nanoseconds)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync(options => options with { MaxTimeout = TimeSpan.FromHours(2) });
        Digest action = fixture.PutAction(action: message => message.Timeout = new Duration { Seconds = seconds, Nanos = nanoseconds });
        Assert.Contains("timeout", (await fixture.RefusedAsync(StatusCode.InvalidArgument, action)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0, 36_000_000_000)]
    [InlineData(0L, 0, 36_000_000_000)]
    [InlineData(0L, 1, 1)]
    [InlineData(3L, 500_000_000, 35_000_000)]
    [InlineData(86_400L, 0, 864_000_000_000)]
    public async Task Timeout_StatedOrNot_ReachesTheRunner(long? seconds, int nanoseconds, long ticks)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        TimeSpan seen = default;
        fixture.Runner.Answer = run =>
        {
            seen = run.Action.Timeout;
            return Task.FromResult(FakeRunner.Exited());
        };
        await fixture.RunAsync(fixture.PutAction(action: message => message.Timeout = seconds is { } stated ? new Duration { Seconds = stated, Nanos = nanoseconds } : null));
        Assert.Equal(ticks, seen.Ticks);
    }

    private static Protos.Command.Types.EnvironmentVariable Variable(string name, string value) => new() { Name = name, Value = value };
}
