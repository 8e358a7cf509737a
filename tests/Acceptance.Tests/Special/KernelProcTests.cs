using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary>A real procfs: what the action sees of it, and that nobody else sees anything.</summary>
[Collection(MountingCollection.Name)]
public sealed class KernelProcTests(Machine machine, TierRoot root) : IClassFixture<TierRoot>
{
    private const int SIGKILL = 9;
    private static readonly string[] s_kernel = ["--special", "kernel"];
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [NeedsFuseTheory, BothPrivileges]
    public void Action_LooksAround_SeesItsNamespacesAndTheRootAlone(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        if (!TierRoot.AllowsProcfs(user))
        {
            return; // what happens then is TierTests' to show
        }

        const string Script = "cd /proc; echo [0-9]*; readlink 1/root; readlink self/exe; cat self/mountinfo; ls 1/root/";
        string[] lines = user.Run(root.PushFor(user), s_kernel, "/bin/sh", "-c", Script).Expect().Output.Trim().Split('\n');
        Assert.Equal("1 2", lines[0]); // vroot-init and the shell, which expands the pattern before it starts another
        Assert.Equal("/", lines[1]);
        Assert.Equal("/usr/bin/busybox", lines[2]);
        string[] mounts = [.. lines.Where(static line => line.Contains(" - ", StringComparison.Ordinal))];
        Assert.All(mounts, static line => Assert.True(line.Split(' ')[4] is "/" || line.Split(' ')[4].StartsWith("/proc", StringComparison.Ordinal), line));
        Assert.Single(mounts, static line => line.Split(' ')[4] == "/" && line.Contains(" - fuse.vroot ", StringComparison.Ordinal));
        Assert.Single(mounts, static line => line.Split(' ')[4] == "/proc" && line.Contains("nosuid,nodev,noexec", StringComparison.Ordinal));
        Assert.Equal(["bin", "conf", "dev", "etc"], lines.Skip(3 + mounts.Length).Intersect(["bin", "conf", "dev", "etc", "boot", "home", "work"]));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Outside_WhileTheActionRuns_SeesNoProcfsAndNothingIsLeft(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        if (!TierRoot.AllowsProcfs(user))
        {
            return;
        }

        int mountsBefore = File.ReadAllLines("/proc/self/mountinfo").Length;
        using (ChildProcess run = user.StartRun(root.PushFor(user), s_kernel, "/bin/sh", "-c", "ls /proc/sys >/dev/null && echo ready && exec sleep 1000"))
        {
            run.WaitForOutput("ready", s_limit);
            AssertNoProcfsBelow(user, "/proc/self/mountinfo");
            AssertNoProcfsBelow(user, $"/proc/{run.Id}/mountinfo"); // the daemon's, in the user namespace of an ordinary user
            run.Signal(15);
            run.WaitForExit(s_limit);
        }

        user.AssertNothingLeft();
        Assert.Equal(mountsBefore, File.ReadAllLines("/proc/self/mountinfo").Length);
    }

    [NeedsFuseTheory, BothPrivileges("kernel", "synthesized")]
    public void Daemon_Killed_LeavesNeitherProcessNorProcfs(Privilege privilege, string mode)
    {
        using VRootUser user = new(machine, privilege);
        PushedRoot pushed = root.PushFor(user);
        using ChildProcess run = user.StartRun(
            pushed, ["--special", mode == "kernel" ? "auto" : mode], "/bin/sh", "-c", "fs-types /proc; echo ready; while true; do fs-types /proc /dev >/dev/null; done");
        run.WaitForOutput("ready", s_limit);
        run.Signal(SIGKILL);
        Assert.Equal(128 + SIGKILL, run.WaitForExit(s_limit).ExitCode);
        Assert.Empty(ProcessTable.FindAfter(user.Files.Path, s_limit));
        AssertNoProcfsBelow(user, "/proc/self/mountinfo");

        // The next start finds nothing in its way, and leaves nothing itself.
        user.Run(pushed, ["--special", "auto"], "/bin/fs-types", "/proc").Expect();
        Assert.Empty(ProcessTable.FindAfter(user.Files.Path, s_limit));
        Assert.Empty(MountTable.Below(user.Files.Path));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Machine_TriedToChange_RefusesAndShowsNoSecrets(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        if (!TierRoot.AllowsProcfs(user))
        {
            return;
        }

        const string Script = """
            for file in sys/kernel/hostname sys/vm/drop_caches sysrq-trigger; do
                (echo 0 >/proc/$file) 2>/dev/null && echo $file was written
            done
            for file in kcore kmsg keys timer_list; do
                [ -z "$(head -c 64 /proc/$file 2>/dev/null)" ] || echo $file was read
            done
            head -c 64 /proc/kallsyms 2>/dev/null | grep -v ^0000 && echo kallsyms was read
            cat /proc/self/comm
            """;
        ProcessOutcome outcome = user.Run(root.PushFor(user), s_kernel, "/bin/sh", "-c", Script);
        Assert.DoesNotContain(" was ", outcome.Output, StringComparison.Ordinal);
        Assert.StartsWith("cat\n", outcome.Output, StringComparison.Ordinal);
    }

    private static void AssertNoProcfsBelow(VRootUser user, string table)
    {
        string[] below = [.. File.ReadAllLines(table).Where(line => line.Split(' ')[4].StartsWith(user.Files.Path, StringComparison.Ordinal))];
        Assert.DoesNotContain(below, static line => line.Contains(" - proc ", StringComparison.Ordinal) || line.Split(' ')[4].EndsWith("/proc", StringComparison.Ordinal));
        Assert.True(below.Length <= 1, string.Join('\n', below));
    }
}
