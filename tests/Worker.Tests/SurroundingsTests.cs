using System.Text;

namespace VirtualRoot.Worker.Tests;

/// <summary>What a command finds around it: environment, descriptors, ids, limits, namespaces.</summary>
public sealed class SurroundingsTests(ActionFixture fixture) : IClassFixture<ActionFixture>
{
    [Fact]
    public async Task Environment_AnyBytes_ArriveExactly()
    {
        byte[][] entries =
        [
            "A=1"u8.ToArray(), "A=2"u8.ToArray(), "EMPTY="u8.ToArray(), [], "=odd"u8.ToArray(), "no equals sign"u8.ToArray(),
            "GLIBC_TUNABLES=glibc.malloc.check=3"u8.ToArray(), "@=@"u8.ToArray(), "line=one\ntwo\t"u8.ToArray(),
            [(byte)'X', (byte)'=', .. Enumerable.Range(1, 255).Select(value => (byte)value)], "ü=😀"u8.ToArray(),
        ];
        (_, byte[] output) = await fixture.CaptureAsync(
            fixture.Options("/bin/probe", "env") with { Environment = [.. entries.Select(entry => ByteExactText.Decode(entry))] });
        Assert.Equal(entries.SelectMany(entry => (byte[])[.. entry, 0]), output);
    }

    [Fact]
    public async Task Environment_Empty_IsEmpty()
    {
        (ActionOutcome outcome, byte[] output) = await fixture.CaptureAsync(fixture.Options("/bin/probe", "env") with { Environment = [] });
        Assert.Equal((0, 0), (outcome.ExitCode, output.Length));
    }

    [Fact]
    public async Task Arguments_AnyBytes_ArriveExactly()
    {
        string[] arguments = ["probe", "args", "", "--root", "-x", "\udcff\udc80", "a b"];
        (_, byte[] output) = await fixture.CaptureAsync(fixture.Options(arguments));
        Assert.Equal(arguments.SelectMany(argument => (byte[])[.. ByteExactText.Encode(argument), 0]), output);
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Command_InheritsNothing(ActionNamespaces namespaces)
    {
        (_, byte[] output) = await fixture.CaptureAsync(fixture.Options("probe", "inherited") with { Namespaces = namespaces });
        Assert.Equal("", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Command_AsAnotherUser_HasItsIdsAndNoGroups()
    {
        (_, byte[] output) = await fixture.CaptureAsync(fixture.Options("id") with { Uid = 12345, Gid = 54321, NoNewPrivileges = true });
        Assert.Equal("uid=12345 gid=54321\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Command_InEveryNamespace_SeesItself()
    {
        (ActionOutcome outcome, byte[] output) = await fixture.CaptureAsync(fixture.Options("sh", "-c", "echo $$; pwd; busybox hostname; busybox ping -c1 127.0.0.1 >/tmp/out") with
        {
            Namespaces = ActionNamespaces.Pid | ActionNamespaces.Ipc | ActionNamespaces.Uts | ActionNamespaces.Network,
            HostName = "worker",
            NewSession = true,
            WorkingDirectory = "/tmp",
        });
        Assert.Equal("2\n/tmp\nworker\n", Encoding.UTF8.GetString(output));
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task Limits_AreInForce()
    {
        (_, byte[] output) = await fixture.CaptureAsync(fixture.Options("sh", "-c", "ulimit -n; ulimit -Hn; ulimit -c; ulimit -s") with
        {
            Limits = [new(LimitedResource.NoFile, 100, 200), new(LimitedResource.Core, 0, 0), new(LimitedResource.Stack, 1 << 20, null)],
        });
        Assert.Equal("100\n200\n0\n1024\n", Encoding.UTF8.GetString(output));
    }

    [Fact]
    public async Task Stdio_SwappedNumbers_AreNotMixedUp()
    {
        // Handles that are 0, 1 and 2 themselves: what the child copies first must not be overwritten by the next.
        string path = Path.Combine(fixture.Base, "swapped");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        ActionOutcome outcome = await fixture.RunAsync(
            fixture.Options("sh", "-c", "echo out; echo err >&2") with { Stdin = file, Stdout = file, Stderr = file });
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("out\nerr\n", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Init_OfARunningAction_ShowsNothingOfTheHost()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sleep", "99"));
        string inner = $"/proc/{process.InitPid}/";
        string outer = $"/proc/{File.ReadLines(inner + "status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[6..]}/";
        foreach (string init in (string[])[inner, outer])
        {
            Assert.Equal("vroot-init\0", File.ReadAllText(init + "cmdline"));
            Assert.Equal("vroot-init\n", File.ReadAllText(init + "comm"));
            Assert.Equal("", File.ReadAllText(init + "environ"));
        }
    }

    [Fact]
    public async Task InitStarted_IsCalledBeforeTheCommandRuns()
    {
        int told = 0;
        bool running = true;
        ActionOptions options = fixture.Options("sleep", "99") with
        {
            InitStarted = pid =>
            {
                told = pid;
                running = fixture.Survivors().Count > 0;
            },
        };
        await using ActionProcess process = await fixture.Launcher.StartAsync(options);
        Assert.False(running);
        Assert.Equal(process.InitPid, told);
        Assert.EndsWith("\t1", File.ReadLines($"/proc/{told}/status").First(line => line.StartsWith("NSpid:", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
