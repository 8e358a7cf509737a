using System.Text.Json;
using VirtualRoot.Cli.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Cli.Tests;

[Collection(ToolCollection.Name)]
public sealed class DemoTests(Tool tool)
{
    [NeedsFuseTheory]
    [InlineData(null)]
    [InlineData(Tool.OrdinaryUid)]
    public void Demo_AsRootAndAsAnOrdinaryUser_FindsItselfAndFetchesLittle(uint? uid)
    {
        string home = tool.NewHome(uid);
        using (FuseDeviceForAll device = new())
        {
            ProcessOutcome outcome = tool.Run(tool.Command(home, "demo", "--output", "json") with { Uid = uid }).Expect();
            using JsonDocument json = JsonDocument.Parse(outcome.Output);
            Assert.True(json.RootElement.GetProperty("foundItself").GetBoolean());
            Assert.Contains("/proc/self/exe -> /bin/", json.RootElement.GetProperty("output").GetString(), StringComparison.Ordinal);
            Assert.Equal(1, json.RootElement.GetProperty("fetched").GetProperty("blobs").GetInt64());
            Assert.Equal(51, json.RootElement.GetProperty("root").GetProperty("blobs").GetInt64());
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(home, ".cache/vroot/scratch")));
        Assert.Empty(MountTable.Below(home));
    }

    [NeedsFuseFact]
    public void Demo_WithoutBusybox_RunsTheToolsOwnStaticProgram()
    {
        // In a mount namespace of its own, where an empty file lies over every busybox of this machine.
        const string HideBusybox = "for at in /bin/busybox /usr/local/bin/busybox; do [ ! -e $at ] || mount --bind \"$1\" $at || exit; done; exec \"${@:2}\"";
        ProcessCommand demo = tool.Command(tool.NewHome(), "demo", "--output", "json");
        ProcessCommand hidden = demo with
        {
            Program = "/usr/bin/unshare",
            Arguments = ["-m", "--propagation", "private", "/bin/bash", "-c", HideBusybox, "bash", tool.Files.Write("empty", ""), demo.Program, .. demo.Arguments],
        };
        using JsonDocument json = JsonDocument.Parse(tool.Run(hidden).Expect().Output);
        Assert.True(json.RootElement.GetProperty("foundItself").GetBoolean());
        string output = json.RootElement.GetProperty("output").GetString()!;
        Assert.Contains("/proc/self/exe -> /bin/ls-proc\n", output, StringComparison.Ordinal);
        Assert.Contains("/proc/self/cmdline\n", output, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Demo_DeviceThatTheUserMayNotOpen_SaysWhatIsMissing()
    {
        // In a mount namespace of its own, another file lies over the device: the machine's stays as it is.
        const string HideDevice = "mount --bind \"$1\" /dev/fuse && shift && exec setpriv --reuid \"$1\" --regid \"$1\" --clear-groups -- \"${@:2}\"";
        string ordinary = Tool.OrdinaryUid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string closed = tool.Files.Write("closed-device", "");
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        ProcessCommand demo = tool.Command(tool.NewHome(Tool.OrdinaryUid), "demo");
        ProcessCommand hidden = demo with
        {
            Program = "/usr/bin/unshare",
            Arguments = ["-m", "--propagation", "private", "/bin/bash", "-c", HideDevice, "bash", closed, ordinary, demo.Program, .. demo.Arguments],
        };
        ProcessOutcome outcome = tool.Run(hidden);
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains("chmod 666 /dev/fuse", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, outcome.Error.Count(character => character == '\n'));
    }

    [NeedsFuseFact]
    public void Doctor_OnThisMachine_SaysThatRunWorks()
    {
        using JsonDocument json = JsonDocument.Parse(tool.Run(tool.NewHome(), "doctor", "--output", "json").Expect().Output);
        Assert.True(json.RootElement.GetProperty("canRun").GetBoolean());
        JsonElement[] checks = [.. json.RootElement.GetProperty("checks").EnumerateArray()];
        Assert.DoesNotContain(checks, check => check.GetProperty("state").GetString() == "fails");
        Assert.All(checks.Where(check => check.GetProperty("state").GetString() == "optional"), check => Assert.NotEmpty(check.GetProperty("remedy").GetString()!));
        string[] names = [.. checks.Select(check => check.GetProperty("name").GetString()!)];
        Assert.Superset(
            new HashSet<string> { "kernel", "/dev/fuse", "user namespaces", "PID namespaces", "fusermount3", "vroot-init", "libzstd", "cache", "trial run" },
            names.ToHashSet());
    }
}
