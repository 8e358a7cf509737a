using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Lifecycle;

/// <summary>However an action ends: status and message are as a shell would tell them, and nothing of it survives.</summary>
[Collection(MountingCollection.Name)]
public sealed class ActionEndTests(Machine machine)
{
    [NeedsFuseTheory, BothPrivileges]
    public void Exit_AnyStatus_IsPassedOnWithoutAWord(Privilege privilege)
    {
        ProcessOutcome outcome = Run(privilege, "/bin/sh", "-c", "exit 42");
        Assert.Equal((42, "", ""), (outcome.ExitCode, outcome.Output, outcome.Error));
    }

    [NeedsFuseTheory, BothPrivileges("TERM 143 Terminated", "ABRT 134 Aborted", "SEGV 139 Segmentation", "KILL 137 Killed")]
    public void Action_KillsItself_TellsTheSignal(Privilege privilege, string words)
    {
        string[] parts = words.Split(' ');
        ProcessOutcome outcome = Run(privilege, "/bin/sh", "-c", $"kill -{parts[0]} $$");
        Assert.Equal(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), outcome.ExitCode);
        string line = Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.Contains(parts[2], line, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Action_KilledByPipe_SaysNothing(Privilege privilege)
    {
        ProcessOutcome outcome = Run(privilege, "/bin/sh", "-c", "kill -PIPE $$");
        Assert.Equal((141, ""), (outcome.ExitCode, outcome.Error));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Action_LeavesOrphans_TheyEndWithIt(Privilege privilege)
    {
        // Twice forked, in a session of its own, deaf to SIGTERM and SIGHUP, and holding our output.
        ProcessOutcome outcome = Run(privilege, "/bin/sh", "-c", "(setsid sh -c 'trap \"\" TERM HUP; sleep 3001' & ) ; echo started; exit 7");
        Assert.Equal((7, "started\n"), (outcome.ExitCode, outcome.Output));
        Assert.Empty(ProcessTable.Find("sleep\03001"));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Init_InProc_ShowsNothingOfTheHost(Privilege privilege)
    {
        const string Script = "cat /proc/1/cmdline; for name in environ maps smaps fd/0 fd/3 exe root/bin cwd/bin; do cat /proc/1/$name >/dev/null 2>&1 || echo $name; done; echo x 2>/dev/null >/proc/1/fd/3 || echo shut";
        ProcessOutcome outcome = Run(privilege, "/bin/sh", "-c", Script);
        Assert.Equal("vroot-init\0environ\nmaps\nsmaps\nfd/0\nfd/3\nexe\nroot/bin\ncwd/bin\nshut\n", outcome.Output);
    }

    [NeedsFuseTheory, BothPrivileges("/no/such/program", "no-such-program")]
    public void Command_NotFound_Is127(Privilege privilege, string program)
    {
        ProcessOutcome outcome = Run(privilege, program);
        Assert.Equal(127, outcome.ExitCode);
        string line = Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.StartsWith($"vroot: {program}: ", line, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges("126 /bad/not-executable permission denied", "126 /bad/no-format not a program", "127 /bad/no-interpreter interpreter", "126 /data permission denied")]
    public void Command_CannotBeExecuted_SaysWhy(Privilege privilege, string words)
    {
        string[] parts = words.Split(' ', 3);
        ProcessOutcome outcome = Run(privilege, parts[1]);
        Assert.Equal(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), outcome.ExitCode);
        string line = Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.StartsWith($"vroot: {parts[1]}: ", line, StringComparison.Ordinal);
        Assert.Contains(parts[2], line, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void WorkingDirectory_Missing_SaysSo(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--workdir", "/no/such/directory"], "/bin/true");
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains("/no/such/directory", Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges("INT 2", "TERM 15", "HUP 1", "USR1 10")]
    public void Signal_ToVroot_ReachesTheCommand(Privilege privilege, string signal)
    {
        string[] parts = signal.Split(' ');
        using VRootUser user = new(machine, privilege);
        using ChildProcess run = user.StartRun(machine.SmallRoot, [], "/bin/sh", "-c", $"trap 'echo got it; exit 9' {parts[0]}; echo ready; while true; do sleep 0.05; done");
        run.WaitForOutput("ready", TimeSpan.FromSeconds(60));
        run.Signal(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        ProcessOutcome outcome = run.WaitForExit(TimeSpan.FromSeconds(60));
        Assert.Equal((9, "ready\ngot it\n"), (outcome.ExitCode, outcome.Output));
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Environment_AndArguments_ArriveAsGiven(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--env", "ODD=a=b c\n*", "--workdir", "/data"], "/bin/sh", "-c", "pwd; echo \"$ODD\"; for a; do echo \"<$a>\"; done", "sh", "", "two words", "--special", "ü");
        Assert.Equal("/data\na=b c\n*\n<>\n<two words>\n<--special>\n<ü>\n", outcome.Expect().Output);
    }

    private ProcessOutcome Run(Privilege privilege, params string[] command)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.SmallRoot, command);
        user.AssertNothingLeft();
        return outcome;
    }
}
