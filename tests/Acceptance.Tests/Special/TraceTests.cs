using System.Text.Json.Nodes;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary><c>--trace-special</c>: which special paths an action used, and what of it varies.</summary>
[Collection(MountingCollection.Name)]
public sealed class TraceTests(Machine machine)
{
    private const string Script = "/bin/busybox cat /proc/meminfo /proc/meminfo; /bin/busybox readlink /proc/self/exe; /bin/busybox cat /proc/nothing; /bin/busybox ls /proc/self/fd; "
        + "/bin/busybox cat /sys/devices/system/cpu/online; /bin/busybox head -c 9 /dev/urandom >/out";

    [NeedsFuseTheory, BothPrivileges]
    public void Run_Traced_TellsEachPathWithCountsCallerAndWhatVaries(Privilege privilege)
    {
        JsonObject trace = Trace(privilege);
        Assert.Equal("live", (string?)trace["machine"]);
        Assert.True((bool?)trace["complete"]);
        JsonObject meminfo = Row(trace, "/proc/meminfo");
        Assert.Equal(2, (int?)meminfo["operations"]!["open"]);
        Assert.True((int?)meminfo["operations"]!["read"] >= 2, meminfo.ToJsonString());
        Assert.Equal("busybox", (string?)meminfo["command"]);
        Assert.Equal("run", (string?)meminfo["varies"]);
        Assert.Null(meminfo["errno"]);
        Assert.Equal("machine", (string?)Row(trace, "/sys/devices/system/cpu/online")["varies"]);
        Assert.Equal("run", (string?)Row(trace, "/dev/urandom")["varies"]);
        JsonObject exe = Row(trace, "/proc/PID/exe");
        Assert.True((int?)exe["operations"]!["readlink"] >= 1, exe.ToJsonString());
        Assert.Null(exe["varies"]);
        Assert.True((int?)Row(trace, "/proc/PID/fd")["operations"]!["list"] >= 1);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_Traced_TellsWhatWasAskedForInVain(Privilege privilege)
    {
        JsonObject nothing = Row(Trace(privilege), "/proc/nothing");
        Assert.Equal("ENOENT", (string?)nothing["errno"]);
        Assert.True((int?)nothing["refused"] >= 1, nothing.ToJsonString());
        Assert.Equal((int?)nothing["operations"]!["lookup"], (int?)nothing["refused"]);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_TracedAndHermetic_OnlyRandomBytesAndProcessesVary(Privilege privilege)
    {
        JsonObject trace = Trace(privilege, "--machine", "hermetic");
        Assert.Equal("hermetic", (string?)trace["machine"]);
        string[] varying = [.. trace["paths"]!.AsArray().Where(row => row!["varies"] is not null).Select(row => (string)row!["path"]!)];
        Assert.Contains("/dev/urandom", varying);
        Assert.All(varying, path => Assert.True(path == "/dev/urandom" || path.StartsWith("/proc/PID/", StringComparison.Ordinal), path));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_Traced_IsSortedByPath(Privilege privilege)
    {
        string[] paths = [.. Trace(privilege)["paths"]!.AsArray().Select(row => (string)row!["path"]!)];
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
        Assert.Equal(paths.Distinct(), paths);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_TracedIntoText_BeginsEachLineWithHowItVaries(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string file = Path.Combine(user.Temporary, "trace.txt");
        user.Run(machine.SmallRoot, ["--trace-special", file], "/bin/sh", "-c", Script).Expect();
        string[] lines = File.ReadAllLines(file);
        Assert.Contains(lines, line => line.StartsWith("run     /proc/meminfo ", StringComparison.Ordinal) && line.EndsWith(" by busybox  # memory in use", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("-       /proc/nothing lookup=", StringComparison.Ordinal) && line.Contains(" ENOENT=", StringComparison.Ordinal));
        File.Delete(file);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_TracedIntoAMissingDirectory_SaysSoAndKeepsTheStatus(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string error = user.Run(machine.SmallRoot, ["--trace-special", user.Temporary + "/missing/trace.txt"], "/bin/sh", "-c", "exit 3").Expect(3).Error;
        Assert.Contains("--trace-special: cannot write", error, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Mount_Traced_WritesWhenItIsUnmounted()
    {
        using TestDirectory directory = new();
        string file = directory["trace.json"];
        using MountedByTool mounted = new(machine, Privilege.Root, machine.SmallRoot, null, "--trace-special", file);
        mounted.Look("/usr/bin/cat", "proc/uptime").Expect();
        Assert.False(File.Exists(file));
        mounted.Unmount();
        Assert.Equal("run", (string?)Row(JsonNode.Parse(File.ReadAllText(file))!.AsObject(), "/proc/uptime")["varies"]);
    }

    private static JsonObject Row(JsonObject trace, string path) =>
        trace["paths"]!.AsArray().Select(row => row!.AsObject()).Single(row => (string?)row["path"] == path);

    private JsonObject Trace(Privilege privilege, params string[] options)
    {
        using VRootUser user = new(machine, privilege);
        string file = Path.Combine(user.Temporary, "trace.json");
        user.Run(machine.SmallRoot, [.. options, "--trace-special", file], "/bin/sh", "-c", Script).Expect();
        return JsonNode.Parse(File.ReadAllText(file))!.AsObject();
    }
}
