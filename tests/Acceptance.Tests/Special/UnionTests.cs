using System.Text.Json;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary>Input roots that ship entries below /proc, /sys and /dev, what the action adds to them, and what capture makes of it.</summary>
[Collection(MountingCollection.Name)]
public sealed class UnionTests(Machine machine)
{
    private static readonly string[] s_applets = ["sh", "cat", "ls", "mkdir", "rm", "mv", "ln", "touch", "sleep", "readlink"];

    [NeedsFuseTheory, BothPrivileges]
    public void InputNames_InProcAndSys_ComeFirst(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "cat /proc/cpuinfo /proc/package/readme /sys/shipped /sys/kernel/own; ls /proc /sys; readlink /proc/self";
        ProcessOutcome outcome = user.Run(Push(user, Shipping), ["--log-level", "info"], "/bin/sh", "-c", Script).Expect();
        string[] lines = outcome.Output.Trim().Split('\n');
        Assert.Equal(["shipped cpuinfo", "shipped readme", "shipped in sys", "own"], lines[..4]);
        foreach (string name in (string[])["cpuinfo", "package", "meminfo", "self", "shipped", "kernel", "fs"])
        {
            Assert.Single(lines[4..], name);
        }

        Assert.True(int.TryParse(lines[^1], out _), lines[^1]);
        Assert.Contains("/proc/cpuinfo, which is shown instead of the synthesized one", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("/sys/kernel, which is shown instead", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/proc/package", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void InputNames_OfDevices_StayHidden(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "echo lost >/dev/null; cat /dev/null; cat /dev/extra; ls /dev; cd /dev; for link in fd stdin stdout stderr; do readlink $link; done; rm null 2>/dev/null || echo kept";
        ProcessOutcome outcome = user.Run(Push(user, Shipping), ["--log-level", "info"], "/bin/sh", "-c", Script).Expect();
        string[] lines = outcome.Output.Trim().Split('\n');
        Assert.Equal("shipped extra", lines[0]);
        Assert.Equal(["extra", "fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"], lines[1..13].Order(StringComparer.Ordinal));
        Assert.Equal(["/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "kept"], lines[13..]);
        foreach (string name in (string[])["null", "zero", "stdin", "fd"])
        {
            Assert.Contains($"/dev/{name}, which stays hidden", outcome.Error, StringComparison.Ordinal);
        }
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Auto_WithInputsBelowProc_ShowsThem(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string statistics = Path.Combine(user.Home, "stats.json");
        ProcessOutcome outcome = user.Run(Push(user, Shipping), ["--special", "auto", "--stats", statistics], "/bin/cat", "/proc/cpuinfo");
        Assert.Equal("shipped cpuinfo\n", outcome.Expect().Output);
        Assert.Equal("synthesized", new RunStatistics(statistics).Special("proc"));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void InputThatIsNoDirectory_WinsWhole(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        PushedRoot root = Push(user, static tree => tree.AddText("/proc", "a file\n").AddText("/elsewhere/null", "no device\n").AddLink("/dev", "elsewhere"));
        string statistics = Path.Combine(user.Home, "stats.json");
        ProcessOutcome outcome = user.Run(root, ["--special", "auto", "--stats", statistics], "/bin/sh", "-c", "cat /proc /dev/null; ls /dev /sys/fs").Expect();
        Assert.Equal("a file\nno device\n/dev:\nnull\n\n/sys/fs:\ncgroup\n", outcome.Output);
        Assert.Contains("ships /proc as something else than a directory", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("ships /dev as something else than a directory", outcome.Error, StringComparison.Ordinal);
        RunStatistics run = new(statistics);
        Assert.Equal(("input", "synthesized", "input"), (run.Special("proc"), run.Special("sys"), run.Special("dev")));

        ProcessOutcome refused = user.Run(root, ["--special", "kernel"], "/bin/cat", "/proc");
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("a real procfs has no place", refused.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void OtherNames_MadeByTheAction_AreOrdinaryFiles(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            mkdir /proc/made && echo one >/proc/made/file && mv /proc/made/file /sys/moved && ln /sys/moved /dev/linked && cat /dev/linked
            rm /proc/package/readme && ls /proc/package && rm /proc/cpuinfo && cat /proc/cpuinfo >/dev/null && echo synthesized
            mv /proc /other 2>/dev/null || echo stays
            rm /proc/meminfo 2>/dev/null || echo kept
            mkdir /proc/meminfo 2>/dev/null || echo taken
            for name in made meminfo; do ls /proc | while read found; do [ $found != $name ] || echo $found; done; done
            """;
        ProcessOutcome outcome = user.Run(Push(user, Shipping), "/bin/sh", "-c", Script).Expect(0);
        Assert.Equal("one\nsynthesized\nstays\nkept\ntaken\nmade\nmeminfo\n", outcome.Output);
    }

    [NeedsFuseTheory, BothPrivileges("synthesized", "auto")]
    public void Capture_OfTheWholeRoot_HasNothingThatIsSynthesized(Privilege privilege, string mode)
    {
        using VRootUser user = new(machine, privilege);
        string result = Path.Combine(user.Home, "result.json");
        string[] options = ["--special", mode, "--output", ".", "--output-directory-format", "directory", "--result", result];
        user.Run(Push(user, static _ => { }), options, "/bin/sh", "-c", "echo x >/dev/shm/kept; echo y >/out; cat /proc/meminfo >/dev/null; ls /sys >/dev/null").Expect();
        string[] names = List(user, result);
        Assert.Contains("/dev/shm/kept", names);
        Assert.Contains("/out", names);
        Assert.Equal(["/dev", "/dev/shm", "/dev/shm/kept"], names.Where(IsSpecial).Order(StringComparer.Ordinal));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Capture_OfAUnion_HasTheInputsAndWhatTheActionMade(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string result = Path.Combine(user.Home, "result.json");
        string[] options = ["--output", ".", "--output-directory-format", "directory", "--result", result];
        user.Run(Push(user, Shipping), options, "/bin/sh", "-c", "touch /proc/made; rm /sys/shipped; echo lost >/dev/null").Expect();
        string[] names = [.. List(user, result).Where(IsSpecial).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "/dev", "/dev/extra", "/dev/fd", "/dev/null", "/dev/stdin", "/dev/zero", "/proc", "/proc/cpuinfo", "/proc/made", "/proc/package", "/proc/package/readme",
                "/sys", "/sys/kernel", "/sys/kernel/own",
            ],
            names.Where(static name => name != "/dev/shm"));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void PlainMount_ProcessesInTheRoot_SeeEachOtherAndOutsidersOnlyThemselves(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        string[] chroot = privilege == Privilege.User ? ["-Ur", "/usr/sbin/chroot"] : ["/usr/sbin/chroot"];
        using ChildProcess inside = mounted.StartLooking("/usr/bin/unshare", [.. chroot, mounted.Point, "/bin/sh", "-c", "echo ready; exec sleep 1000"]);
        inside.WaitForOutput("ready", TimeSpan.FromSeconds(60));

        // unshare and chroot execute one after the other, in the process that was started.
        string seen = mounted.Look("/usr/bin/unshare", [.. chroot, mounted.Point, "/bin/sh", "-c", "cd /proc; echo $$ [0-9]*"]).Expect().Output.Trim();
        string[] numbers = seen.Split(' ');
        Assert.Equal(new[] { numbers[0], $"{inside.Id}" }.Order(), numbers[1..].Order());

        string outside = mounted.Look("/bin/sh", "-c", "cd proc; echo $$ [0-9]*").Expect().Output.Trim();
        Assert.Equal(2, outside.Split(' ').Length);
        Assert.Equal(outside.Split(' ')[0], outside.Split(' ')[1]);
        inside.Signal(9);
        inside.WaitForExit(TimeSpan.FromSeconds(60));
        mounted.Unmount();
    }

    private static void Shipping(RootTree tree) => tree
        .AddText("/proc/cpuinfo", "shipped cpuinfo\n").AddText("/proc/package/readme", "shipped readme\n")
        .AddText("/sys/shipped", "shipped in sys\n").AddText("/sys/kernel/own", "own\n")
        .AddText("/dev/null", "no device\n").AddText("/dev/zero", "none either\n").AddText("/dev/extra", "shipped extra\n")
        .AddText("/dev/stdin", "no link\n").AddText("/dev/fd/3", "no directory\n");

    private static PushedRoot Push(VRootUser user, Action<RootTree> add)
    {
        using TestDirectory directory = new();
        RootTree tree = new(directory["root"]);
        tree.Add(Roots.InputRoots.BusyBox, Roots.InputRoots.BusyBox);
        foreach (string applet in s_applets)
        {
            tree.AddLink("/bin/" + applet, "busybox");
        }

        add(tree);
        return TierRoot.Push(user, tree);
    }

    private static bool IsSpecial(string name) =>
        name.Split('/')[1] is "proc" or "sys" or "dev" && !name.StartsWith("/dev/fd/", StringComparison.Ordinal);

    /// <summary>Every path of the directory that was captured.</summary>
    private static string[] List(VRootUser user, string result)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(result));
        JsonElement root = json.RootElement.GetProperty("outputDirectories")[0].GetProperty("rootDirectoryDigest");
        string digest = $"{root.GetProperty("hash").GetString()}/{root.GetProperty("sizeBytes")}";
        string[] lines = user.Invoke("ls", "-R", digest).Expect().Output.Trim().Split('\n');
        return [.. lines.Select(static line => "/" + line.TrimStart('/').TrimEnd('/'))];
    }
}
