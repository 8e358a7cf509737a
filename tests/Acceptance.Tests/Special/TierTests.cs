using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary>Which tier a run gets, what it shows there, and what it falls back to.</summary>
[Collection(MountingCollection.Name)]
public sealed class TierTests(Machine machine, TierRoot root) : IClassFixture<TierRoot>
{
    private const string Fuse = "65735546";
    private const string Proc = "9fa0";
    private const string Sys = "62656572";
    private const string Cgroup = "63677270";
    private const string Tmpfs = "1021994";
    private static readonly string[] s_places = ["/proc", "/proc/self/status", "/sys", "/sys/fs/cgroup/cpu.max", "/dev/null", "/dev/shm", "/", "/bin/sh", "/proc/../sys/.", "/proc/none"];

    [NeedsFuseTheory, BothPrivileges]
    public void Auto_NothingElseAsked_IsTheKernelsProc(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        bool allowed = TierRoot.AllowsProcfs(user);
        RunStatistics run = Run(user, ["--special", "auto"], out ProcessOutcome outcome);
        Assert.Equal(allowed ? ("kernel", "kernel", "ok") : ("seccomp", "synthesized", "EPERM"), (run.Special("tier"), run.Special("proc"), run.Special("procfs")));
        Assert.Equal(("synthesized", "synthesized", "ok"), (run.Special("sys"), run.Special("dev"), run.Special("statfs")));
        AssertTypes(outcome, Proc, Proc, Sys, Cgroup, Tmpfs, Tmpfs, Fuse, Fuse, Sys);
    }

    [NeedsFuseTheory, BothPrivileges("--cpus 1", "--memory 700M", "--machine hermetic")]
    public void Auto_WithLimits_StaysSynthesized(Privilege privilege, string limit)
    {
        using VRootUser user = new(machine, privilege);
        RunStatistics run = Run(user, ["--special", "auto", .. limit.Split(' ')], out ProcessOutcome outcome);
        Assert.Equal(("seccomp", "synthesized", ""), (run.Special("tier"), run.Special("proc"), run.Special("procfs")));
        AssertTypes(outcome, Proc, Proc, Sys, Cgroup, Tmpfs, Tmpfs, Fuse, Fuse, Sys);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Synthesized_WithoutAnswers_IsFuseEverywhere(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        RunStatistics run = Run(user, ["--special", "synthesized", "--special-statfs", "off"], out ProcessOutcome outcome);
        Assert.Equal(("plain", "synthesized", ""), (run.Special("tier"), run.Special("proc"), run.Special("statfs")));
        AssertTypes(outcome, Fuse, Fuse, Fuse, Fuse, Fuse, Fuse, Fuse, Fuse, Fuse);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Off_ForEach_LeavesItOut(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(root.PushFor(user), ["--special", "proc=synthesized,sys=off,dev=off"], "/bin/sh", "-c", "cd /; echo *; fs-types /proc");
        string[] lines = outcome.Expect().Output.Split('\n');
        Assert.Contains(" proc ", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(" sys ", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(" dev ", lines[0], StringComparison.Ordinal);
        Assert.Equal($"/proc {Proc} {Proc}", lines[1]);
    }

    [NeedsFuseTheory, BothPrivileges("auto", "kernel")]
    public void Kernel_UnderAContainersMasks_IsRefusedByTheKernel(Privilege privilege, string mode)
    {
        using VRootUser user = new(machine, privilege);
        PushedRoot pushed = root.PushFor(user);
        string statistics = Path.Combine(user.Home, "stats.json");
        ProcessCommand run = user.RunCommand(pushed.Digest, ["--special", mode, "--stats", statistics], ["/bin/fs-types", "/proc"]);
        // The mask is there for everybody in the mount namespace; root needs nobody's leave to mount a procfs, so it runs in a user namespace.
        string[] asUser = privilege == Privilege.User
            ? ["/usr/bin/setpriv", "--reuid", $"{user.Uid}", "--regid", $"{user.Uid}", "--clear-groups", "--inh-caps=-all", "--"]
            : ["/usr/bin/unshare", "-Urm", "--"];
        ProcessCommand masked = run with
        {
            Uid = null,
            Program = "/usr/bin/unshare",
            Arguments = ["-m", "/bin/sh", "-c", "mount -t tmpfs -o ro none /proc/sys && exec \"$@\"", "-", .. asUser, run.Program, .. run.Arguments],
        };
        ProcessOutcome outcome = ChildProcess.Run(masked, TimeSpan.FromSeconds(90));
        if (mode == "kernel")
        {
            Assert.Equal(125, outcome.ExitCode);
            Assert.Contains("a procfs for the root's /proc", outcome.Error, StringComparison.Ordinal);
            Assert.Contains("--special auto", outcome.Error, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal($"/proc {Proc} {Proc}\n", outcome.Expect().Output);
            RunStatistics told = new(statistics);
            Assert.Equal(("seccomp", "synthesized", "EPERM"), (told.Special("tier"), told.Special("proc"), told.Special("procfs")));
        }
    }

    [NeedsFuseTheory, BothPrivileges("auto", "on")]
    public void Statfs_WhereSomebodyListensAlready_IsTheKernelsOwn(Privilege privilege, string answers)
    {
        using VRootUser user = new(machine, privilege);
        string statistics = Path.Combine(user.Home, "stats.json");
        ProcessCommand run = user.RunCommand(root.PushFor(user).Digest, ["--special-statfs", answers, "--stats", statistics], ["/bin/fs-types", "/proc"]);
        // An ordinary user could install it with no_new_privs only, which setpriv and fusermount3 would mind: root does it for both.
        string[] asUser = user.Uid is { } uid ? ["/usr/bin/setpriv", "--reuid", $"{uid}", "--regid", $"{uid}", "--clear-groups", "--inh-caps=-all", "--"] : ["/usr/bin/env"];
        ProcessCommand listened = run with { Uid = null, Program = root.Listener, Arguments = [.. asUser, run.Program, .. run.Arguments] };
        ProcessOutcome outcome = ChildProcess.Run(listened, TimeSpan.FromSeconds(90));
        if (answers == "on")
        {
            Assert.Equal(125, outcome.ExitCode);
            Assert.Contains("--special-statfs auto", outcome.Error, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal($"/proc {Fuse} {Fuse}\n", outcome.Expect().Output);
            Assert.Equal(("plain", "EBUSY"), (new RunStatistics(statistics).Special("tier"), new RunStatistics(statistics).Special("statfs")));
        }
    }

    [NeedsFuseTheory(TierRoot.TemporaryFiles), BothPrivileges("auto", "synthesized")]
    public void SystemdTmpfiles_InBothTiers_Works(Privilege privilege, string mode)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(
            root.PushFor(user), ["--special", mode], "/bin/sh", "-c", "systemd-tmpfiles --create /conf && cat /run/made/file && stat -c %a /run/made /run/made/file");
        Assert.Equal("text750\n640\n", outcome.Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Statfs_ByManyAtOnceAndWithSignals_AlwaysAnswers(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "for i in 1 2 3 4; do (for j in 1 2 3 4 5 6 7 8 9 10; do fs-types /proc /; done) & done; trap : USR1; kill -USR1 $$; wait; wait";
        string[] lines = user.Run(root.PushFor(user), "/bin/sh", "-c", Script).Expect().Output.Trim().Split('\n');
        Assert.Equal(80, lines.Length);
        Assert.Equal(40, lines.Count(static line => line == $"/proc {Proc} {Proc}"));
        Assert.Equal(40, lines.Count(static line => line == $"/ {Fuse} {Fuse}"));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Passthrough_ReadsTheMachinesFiles(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        RunStatistics run = Run(
            user,
            ["--special", "passthrough"],
            out ProcessOutcome outcome,
            "/bin/sh",
            "-c",
            "cat /proc/devices /sys/devices/system/cpu/possible; echo x >/dev/null; cat /proc/kmsg /proc/self/mem 2>/dev/null || echo withheld; echo 1 2>/dev/null >/sys/kernel/mm/transparent_hugepage/enabled || echo refused");
        Assert.Equal(File.ReadAllText("/proc/devices") + File.ReadAllText("/sys/devices/system/cpu/possible") + "withheld\nrefused\n", outcome.Output);
        Assert.Equal(("passthrough", "passthrough", "passthrough"), (run.Special("proc"), run.Special("sys"), run.Special("dev")));
    }

    private static void AssertTypes(ProcessOutcome outcome, params string[] types)
    {
        string[] expected = [.. s_places.Zip(types, static (place, type) => $"{place} {type} {type}"), "/proc/none -2 -9"];
        Assert.Equal(expected, outcome.Output.Trim().Split('\n'));
    }

    private RunStatistics Run(VRootUser user, IReadOnlyList<string> options, out ProcessOutcome outcome, params string[] command)
    {
        string statistics = Path.Combine(user.Home, "stats.json");
        outcome = user.Run(root.PushFor(user), [.. options, "--stats", statistics], command.Length > 0 ? command : ["/bin/fs-types", .. s_places]).Expect();
        return new RunStatistics(statistics);
    }
}
