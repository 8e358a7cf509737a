using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>A plain mount: the processes shown are those whose root directory is the mount point. A tmpfs stands for it,
/// since files of the mount's own file system are treated apart.</summary>
public sealed class ChrootTests : IDisposable
{
    private readonly DirectoryInfo _top = Directory.CreateDirectory($"/dev/shm/vroot-special-{Guid.NewGuid():N}");
    private readonly string _root;

    public ChrootTests()
    {
        _root = MakeRoot("root");
        MakeRoot("rootfoo");
    }

    [Fact]
    public void Links_OfAChrootedProcess_LoseThePrefix()
    {
        using SpecialFixture fixture = new(_root + "/");
        using ChildProcess child = Enter("root", "cd /bin; echo ready; exec busybox sleep 600");
        Caller caller = SpecialFixture.As(child.Id);
        Assert.Equal("/bin/busybox", fixture.ReadLink(caller, "proc/self/exe"));
        Assert.Equal("/bin", fixture.ReadLink(caller, "proc/self/cwd"));
        Assert.Equal("/", fixture.ReadLink(caller, "proc/self/root"));
        string maps = fixture.ReadFile(caller, "proc/self/maps");
        Assert.Contains(" /bin/busybox\n", maps);
        Assert.DoesNotContain(_top.Name, maps);
        Assert.Equal(File.ReadAllLines($"/proc/{child.Id}/maps").Length, maps.Split('\n').Length - 1);
        Assert.StartsWith("vroot / fuse.vroot rw,nosuid,nodev,relatime 0 0\nproc /proc proc ", fixture.ReadFile(caller, "proc/self/mounts"), StringComparison.Ordinal);
        Assert.Matches("^1 0 [0-9]+:[0-9]+ / / rw,nosuid,nodev,relatime - fuse.vroot vroot rw\n2 1 ", fixture.ReadFile(caller, "proc/self/mountinfo"));
        Assert.Equal("0::/\n", fixture.ReadFile(caller, "proc/self/cgroup"));
    }

    [Fact]
    public void Exe_Deleted_KeepsTheKernelsMark()
    {
        using SpecialFixture fixture = new(_root);
        using ChildProcess child = Enter("root", "echo ready; exec busybox sleep 600");
        File.Delete(Path.Combine(_root, "bin/busybox"));
        Assert.Equal("/bin/busybox (deleted)", fixture.ReadLink(SpecialFixture.As(child.Id), "proc/self/exe"));
    }

    [Fact]
    public void OtherRoot_WithTheSamePrefix_IsAnotherAction()
    {
        using SpecialFixture fixture = new(_root);
        using ChildProcess child = Enter("root", "echo ready; exec busybox sleep 600");
        using ChildProcess sibling = Enter("root", "echo ready; exec busybox sleep 600");
        using ChildProcess other = Enter("rootfoo", "echo ready; exec busybox sleep 600");
        Caller caller = SpecialFixture.As(child.Id);
        Assert.Equal(Errno.Success, fixture.Walk(caller, $"proc/{sibling.Id}", out _));
        Assert.Equal(Errno.ENOENT, fixture.Walk(caller, $"proc/{other.Id}", out _));
        Assert.Equal(Errno.ENOENT, fixture.Walk(SpecialFixture.As(other.Id), $"proc/{child.Id}", out _));
        Assert.Equal(
            new[] { $"{child.Id}", $"{sibling.Id}" }.Order(),
            fixture.List(caller, "proc").Where(static name => int.TryParse(name, out _)).Order());
        Assert.Equal("1", fixture.ReadFile(caller, "proc/self/status").Split('\n').Single(static line => line.StartsWith("PPid:", StringComparison.Ordinal))["PPid:\t".Length..]);
    }

    [Fact]
    public void Descriptors_InsideAndOutside_AreReachable()
    {
        string outside = Path.GetTempFileName();
        File.WriteAllText(outside, "one\n");
        File.WriteAllText(Path.Combine(_root, "inside"), "in");
        using SpecialFixture fixture = new(_root);
        using ChildProcess child = ChildProcess.StartScript(
            $"exec 4<>{outside}; exec chroot {_root} /bin/busybox sh -c 'exec 5</inside; echo ready; exec busybox sleep 600'", out _);
        Caller caller = SpecialFixture.As(child.Id);
        Assert.Equal("/inside", fixture.ReadLink(caller, "proc/self/fd/5"));
        Assert.Equal("file:[4]", fixture.ReadLink(caller, "proc/self/fd/4"));
        Assert.Equal("one\n", fixture.ReadFile(caller, "proc/self/fd/file:[4]"));
        using (SpecialHandle handle = fixture.Open(caller, "proc/self/fd/file:[4]", (int)(OpenFlags.O_WRONLY | OpenFlags.O_TRUNC)))
        {
            Assert.Equal(Errno.Success, handle.Write(0, "two\n"u8, out int written));
            Assert.Equal(4, written);
        }

        Assert.Equal("one\ntwo\n", File.ReadAllText(outside));
        Assert.Equal(Errno.Success, fixture.Get(caller, "proc/self/fd/file:[4]").GetAttributes(caller, out NodeAttributes attributes));
        Assert.Equal((NodeKind.File, 8ul, 0x180u), (attributes.Kind, attributes.Size, attributes.Permissions));

        // A file of the mount itself is never opened by the daemon, whatever text leads to it.
        Assert.Equal(Errno.ENOENT, fixture.OpenErrno(caller, "proc/self/fd/file:[5]"));
        File.Delete(outside);
    }

    public void Dispose() => _top.Delete(recursive: true);

    private string MakeRoot(string name)
    {
        string root = Path.Combine(_top.FullName, name);
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy("/bin/busybox", Path.Combine(root, "bin/busybox"));
        return root;
    }

    private ChildProcess Enter(string name, string script) =>
        ChildProcess.StartScript(script, out _, "sh", "chroot", Path.Combine(_top.FullName, name), "/bin/busybox");
}
