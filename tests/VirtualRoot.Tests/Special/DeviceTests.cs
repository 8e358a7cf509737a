using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

public sealed class DeviceTests
{
    private static readonly Caller s_self = SpecialFixture.As(Environment.ProcessId);

    [Fact]
    public void Dev_Listed_HasItsNamesFirst()
    {
        using SpecialFixture fixture = new();
        Assert.Equal(["null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr"], fixture.List(s_self, "dev"));
        Assert.True(fixture.Tree.Dev!.ComesFirst("null"u8));
        Assert.False(fixture.Tree.Dev!.ComesFirst("shm"u8));
        Assert.False(fixture.Tree.Proc!.ComesFirst("self"u8));
        Assert.Equal(Errno.ENOENT, fixture.Walk(s_self, "dev/mem", out _));
        Assert.Equal("/proc/self/fd", fixture.ReadLink(s_self, "dev/fd"));
        Assert.Equal("/proc/self/fd/0", fixture.ReadLink(s_self, "dev/stdin"));
        Assert.Equal("/proc/self/fd/1", fixture.ReadLink(s_self, "dev/stdout"));
        Assert.Equal("/proc/self/fd/2", fixture.ReadLink(s_self, "dev/stderr"));
    }

    [Theory]
    [InlineData("null", 0x103)]
    [InlineData("zero", 0x105)]
    [InlineData("full", 0x107)]
    [InlineData("random", 0x108)]
    [InlineData("urandom", 0x109)]
    [InlineData("tty", 0x500)]
    public void RealNode_Stat_IsTheDevice(string name, uint device)
    {
        using SpecialFixture fixture = new(realDevices: true);
        SpecialNode node = fixture.Get(s_self, "dev/" + name);
        Assert.Equal(Errno.Success, node.GetAttributes(s_self, out NodeAttributes attributes));
        Assert.Equal((NodeKind.CharacterDevice, device, 0x1b6u, 0ul), (node.Kind, attributes.Device, attributes.Permissions, attributes.Size));
        Assert.Equal(node.Inode, attributes.Inode);
    }

    [Fact]
    public void Emulated_ReadAndWritten_AreAsTheDevices()
    {
        using SpecialFixture fixture = new();
        byte[] buffer = [.. Enumerable.Repeat((byte)7, 4096)];
        Assert.Equal((Errno.Success, 0), Read("null", buffer));
        Assert.Equal((Errno.Success, 5), Written("null"));
        Assert.Equal((Errno.Success, 4096), Read("full", buffer));
        Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.Equal((Errno.ENOSPC, 0), Written("full"));
        buffer.AsSpan().Fill(7);
        Assert.Equal((Errno.Success, 4096), Read("zero", buffer));
        Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.Equal((Errno.Success, 5), Written("zero"));
        foreach (string name in (string[])["random", "urandom"])
        {
            byte[] other = new byte[4096];
            Assert.Equal((Errno.Success, 4096), Read(name, buffer));
            Assert.Equal((Errno.Success, 4096), Read(name, other));
            Assert.NotEqual(buffer, other);
            Assert.Equal((Errno.Success, 5), Written(name));
        }

        (Errno, int) Read(string name, byte[] into)
        {
            using SpecialHandle handle = fixture.Open(s_self, "dev/" + name);
            Assert.True(handle.AnswersFromMemory);
            return (handle.Read(1ul << 40, into, out int length), length);
        }

        (Errno, int) Written(string name)
        {
            using SpecialHandle handle = fixture.Open(s_self, "dev/" + name, (int)OpenFlags.O_WRONLY);
            return (handle.Write(0, "bytes"u8, out int written), written);
        }
    }

    [Fact]
    public async Task Terminal_OfACallerThatHasOne_IsReadAndWritten()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript(
            "script -qec 'echo $$; exec sleep 600' /dev/null", out string pid);
        Caller caller = SpecialFixture.As(int.Parse(pid.Trim()));
        using (SpecialHandle handle = fixture.Open(caller, "dev/tty", (int)OpenFlags.O_RDWR))
        {
            Assert.True(handle is { MayWait: true, IsStream: true });
            Assert.Equal((Errno.Success, 7), await handle.WriteAsync(0, "prompt\n"u8.ToArray(), CancellationToken.None));
            Assert.Equal("prompt", (await child.Output.ReadLineAsync())?.Trim());
            await child.Input.WriteAsync("answer\n");
            await child.Input.FlushAsync();
            byte[] buffer = new byte[64];
            (Errno errno, int length) = await handle.ReadAsync(0, buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal((Errno.Success, "answer\n"), (errno, System.Text.Encoding.UTF8.GetString(buffer, 0, length)));
        }

        using ChildProcess apart = ChildProcess.StartScript(
            "script -qec 'exec 7<>$(tty) </dev/null 2>/dev/null; echo $$; exec >/dev/null; exec sleep 600' /dev/null", out string other);
        Caller elsewhere = SpecialFixture.As(int.Parse(other.Trim()));
        ChildProcess.WaitForSleep(elsewhere.ThreadId);
        using (SpecialHandle handle = fixture.Open(elsewhere, "dev/tty", (int)OpenFlags.O_WRONLY))
        {
            Assert.Equal((Errno.Success, 6), await handle.WriteAsync(0, "aside\n"u8.ToArray(), CancellationToken.None));
            Assert.Equal("aside", (await apart.Output.ReadLineAsync())?.Trim());
        }

        using ChildProcess without = ChildProcess.StartScript("echo ready; exec sleep 600", out _, "sh", "setsid");
        Assert.Equal(Errno.ENXIO, fixture.OpenErrno(SpecialFixture.As(without.Id), "dev/tty"));
    }
}
