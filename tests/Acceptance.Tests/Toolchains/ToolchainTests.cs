using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Toolchains;

/// <summary>The tools that need /proc and /dev: each works in a root, and with --special off fails with the message that users know.</summary>
[Collection(MountingCollection.Name)]
public sealed class ToolchainTests(Machine machine)
{
    private static readonly string[] s_off = ["--special", "off"];

    [NeedsFuseTheory("/usr/lib/jvm/java-17-openjdk-amd64/bin/javac"), BothPrivileges]
    public void Java_Relocated_CompilesAndRuns(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, "/bin/sh", "-c", "/opt/jdk/bin/javac -d /tmp /src/Hello.java && exec /opt/jdk/bin/java -cp /tmp Hello");
        Assert.Equal("hello from java\n", outcome.Expect().Output);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory("/usr/lib/jvm/java-17-openjdk-amd64/bin/javac"), BothPrivileges("/opt/jdk/bin/javac", "/opt/jdk/bin/java")]
    public void Java_SpecialOff_MissesLibjli(Privilege privilege, string program)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, s_off, program, "-version");
        Assert.Equal(127, outcome.ExitCode);
        Assert.Contains("error while loading shared libraries: libjli.so: cannot open shared object file", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory("/usr/bin/rustc"), BothPrivileges]
    public void Rustc_Library_Compiles(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, "/bin/sh", "-c", "rustc --crate-type lib -o /tmp/libanswer.rlib /src/answer.rs && rustc --print sysroot && wc -c </tmp/libanswer.rlib");
        string[] lines = outcome.Expect().Output.TrimEnd().Split('\n');
        Assert.Equal("/usr", lines[0]);
        Assert.InRange(int.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture), 1000, 100_000);
    }

    [NeedsFuseTheory("/usr/bin/rustc"), BothPrivileges]
    public void Rustc_SpecialOff_PanicsForWantOfProc(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, s_off, "rustc", "--print", "sysroot");
        Assert.Equal(101, outcome.ExitCode);
        Assert.Contains("failed to get current_exe: no /proc/self/exe available. Is /proc mounted?", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Bash_ProcessSubstitution_IsRead(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        Assert.Equal("hi\n", user.Run(machine.ToolsRoot, "bash", "-c", "cat-of-coreutils <(echo hi)").Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Bash_ProcessSubstitutionWithSpecialOff_HasNoDescriptor63(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, s_off, "bash", "-c", "cat-of-coreutils <(echo hi)");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("/dev/fd/63: No such file or directory", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void ListProc_StaticProgram_SeesItself(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string[] names = user.Run(machine.ToolsRoot, "/ls-proc").Expect().Output.Split('\n');
        Assert.All((string[])["exe", "cwd", "root", "fd", "cmdline", "status", "stat", "maps", "comm", "task"], name => Assert.Contains(name, names));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void ListProc_SpecialOff_SaysThatThereIsNone(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, s_off, "/ls-proc");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Reading /proc/self: open /proc/self: No such file or directory", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory("/usr/bin/node"), BothPrivileges]
    public void Node_Script_FindsItself(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, "node", "-e", "console.log(process.execPath, 6 * 7)");
        Assert.Equal("/usr/bin/node 42\n", outcome.Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Python_Script_FindsItselfAndWrites(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "import json, os, sys, tempfile; f = tempfile.TemporaryFile('w+'); f.write('x'); f.seek(0); print(sys.executable, os.readlink('/proc/self/exe'), json.dumps(f.read()))";
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, "python3", "-c", Script);
        Assert.Equal("/usr/bin/python3 /usr/bin/python3 \"x\"\n", outcome.Expect().Output);
    }
}
