using System.Text;
using System.Text.Json;
using VirtualRoot.Cli.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Cli.Tests;

[Collection(ToolCollection.Name)]
public sealed class RunTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly Tool _tool;
    private readonly string _home;
    private readonly string _digest;

    public RunTests(Tool tool)
    {
        _tool = tool;
        _home = tool.NewHome();
        string tree = SmallTree.Create(tool.Files, Path.GetFileName(_home) + "-tree", withBusybox: File.Exists(SmallTree.Busybox));
        _digest = tool.Run(_home, "push", tree).Expect().Output.TrimEnd('\n');
    }

    public void Dispose()
    {
        Assert.Empty(MountTable.Below(_home));
        string scratch = Path.Combine(_home, ".cache/vroot/scratch");
        Assert.Empty(Directory.Exists(scratch) ? Directory.EnumerateFileSystemEntries(scratch) : []);
    }

    [NeedsFuseTheory]
    [InlineData("exit 7", 7, "")]
    [InlineData("kill -TERM $$", 143, "Terminated\n")]
    [InlineData("kill -KILL $$", 137, "Killed\n")]
    [InlineData("echo no >&2; exit 1", 1, "no\n")]
    public void Run_EndOfTheCommand_IsToldAsByAShell(string script, int status, string error)
    {
        ProcessOutcome outcome = Run([], "/bin/busybox", "sh", "-c", script);
        Assert.Equal(status, outcome.ExitCode);
        Assert.Equal(error, outcome.Error);
    }

    [NeedsFuseFact("/bin/busybox")]
    public void Run_WithLimits_HasThemInForce()
    {
        ProcessOutcome outcome = Run(["--rlimit", "nofile=17:23", "--rlimit", "core=0"], "/bin/busybox", "sh", "-c", "ulimit -n; ulimit -Hn; ulimit -c");
        Assert.Equal("17\n23\n0\n", outcome.Output);
        Assert.Equal(2, Run(["--rlimit", "files=1"], "/bin/busybox", "true").ExitCode);
    }

    [NeedsFuseTheory]
    [InlineData("nosuch", 127, "nosuch: command not found")]
    [InlineData("/bin/nosuch", 127, "/bin/nosuch")]
    [InlineData("/etc/motd", 126, "/etc/motd: permission denied")]
    [InlineData("/bin/script", 126, "/bin/script")]
    public void Run_CommandThatCannotBeExecuted_IsToldAsByAShell(string command, int status, string error)
    {
        ProcessOutcome outcome = Run([], command);
        Assert.Equal(command == "/bin/script" ? outcome.ExitCode is 126 or 127 ? outcome.ExitCode : status : status, outcome.ExitCode);
        Assert.StartsWith("vroot: " + error, outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Run_Environment_IsTheGivenOneAndNothingElse()
    {
        string output = Run(["-e", "A=b c", "-e", "HOME=/root", "-w", "/etc"], "busybox", "sh", "-c", "pwd; busybox env").Output;
        Assert.Contains("/etc\n", output, StringComparison.Ordinal);
        Assert.Contains("\nA=b c\n", output, StringComparison.Ordinal);
        Assert.Contains("\nHOME=/root\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("VROOT", output, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET", output, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Run_BytesThatAreNoUtf8_ArriveExactlyFromEveryArgument()
    {
        ProcessOutcome outcome = RunByShell(@"--env $'A=\xff=\xc3' --env $'\xfeN' --env é=ü", "busybox env").Expect();
        string[] lines = Encoding.Latin1.GetString(outcome.OutputBytes).Split('\n');
        Assert.Contains("A=\u00ff=\u00c3", lines);
        Assert.Contains("\u00feN=\u00fe", lines);
        Assert.Contains("\u00c3\u00a9=\u00c3\u00bc", lines);
        Assert.Equal(" \u00fd \u00c3\u00bc\n", Encoding.Latin1.GetString(RunByShell("", @"busybox echo '' $'\xfd' ü").Expect().OutputBytes));

        // Names in an input root are UTF-8 in REAPI: such a directory is missing, and the message names it as it was written.
        ProcessOutcome missing = RunByShell(@"--workdir $'/\x80\xe9'", "busybox true");
        Assert.Equal(125, missing.ExitCode);
        Assert.StartsWith("vroot: working directory /\u0080\u00e9 in the root: No such file", Encoding.Latin1.GetString(missing.ErrorBytes), StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Run_ArgumentsLikeOurOptions_AreTheCommands() =>
        Assert.Equal("--cas -- --help -v @x\n", Run([], "busybox", "echo", "--cas", "--", "--help", "-v", "@x").Expect().Output);

    [NeedsFuseFact]
    public void Run_Statistics_TellRequestsAndBlobs()
    {
        string file = Path.Combine(_home, "stats.json");
        Run(["--stats", file], "busybox", "cat", "/etc/motd").Expect();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement root = json.RootElement;
        Assert.Equal(_digest, root.GetProperty("inputRoot").GetString());
        Assert.Equal(0, root.GetProperty("exitStatus").GetInt32());
        Assert.True(root.GetProperty("fuse").GetProperty("requests").GetProperty("LOOKUP").GetInt64() > 0);
        Assert.Equal(4, root.GetProperty("root").GetProperty("blobs").GetInt64());
        Assert.True(root.GetProperty("wallTimeSeconds").GetProperty("command").GetDouble() > 0);
        Assert.Equal(0, root.GetProperty("inputFailures").GetInt64());
    }

    [NeedsFuseTheory]
    [InlineData(15, 143)]
    [InlineData(2, 130)]
    [InlineData(1, 129)]
    public void Run_Signal_EndsTheCommandAndTheMount(int signal, int status)
    {
        using ChildProcess run = ChildProcess.Start(_tool.Command(_home, "run", _digest, "--", "busybox", "sh", "-c", "echo ready; exec busybox sleep 600"));
        run.WaitForOutput("ready", s_limit);
        run.Signal(signal);
        Assert.Equal(status, run.WaitForExit(s_limit).ExitCode);
    }

    [NeedsFuseFact]
    public void Run_KilledBySigkill_TheActionDiesAndTheNextRunCleansUp()
    {
        using (ChildProcess run = ChildProcess.Start(_tool.Command(_home, "run", _digest, "--", "busybox", "sh", "-c", "echo ready; exec busybox sleep 600.125")))
        {
            run.WaitForOutput("ready", s_limit);
            run.Signal(9);
            run.WaitForExit(s_limit);
        }

        Assert.Empty(ProcessTable.FindAfter("600.125", TimeSpan.FromSeconds(60)));
        Assert.Equal("hello\n", Run([], "busybox", "cat", "/etc/motd").Expect().Output);
    }

    [NeedsFuseFact]
    public void Run_InputThatIsMissing_IsNoSuccessThoughTheCommandSaysSo()
    {
        foreach (string blob in Directory.EnumerateFiles(Path.Combine(_home, ".cache/vroot/cas"), "*-6", SearchOption.AllDirectories))
        {
            File.Delete(blob); // "hello\n" is the one blob of six bytes.
        }

        ProcessOutcome outcome = Run([], "busybox", "sh", "-c", "busybox cat /etc/motd; exit 0");
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains("vroot: an input could not be had: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("/6 ", outcome.Error, StringComparison.Ordinal);
    }

    private ProcessOutcome Run(string[] options, params string[] command) => _tool.Run(_home, ["run", .. options, _digest, "--", .. command]);

    // A shell writes the bytes: .NET cannot start a process with such arguments. Its environment it passes on through env.
    private ProcessOutcome RunByShell(string options, string command)
    {
        ProcessCommand run = _tool.Command(_home, "run");
        string script = $@"exec env $'\xfeN=\xfe' ""$@"" {options} {_digest} -- {command}";
        return _tool.Run(run with { Program = "/bin/bash", Arguments = ["-c", script, "bash", run.Program, .. run.Arguments] });
    }
}
