using System.Buffers;
using System.Text;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Proc;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.VirtualRoot.Tests.Special;

public sealed class RootedPathTests
{
    [Theory]
    [InlineData("/root", "/root", "/")]
    [InlineData("/root/bin/x", "/root", "/bin/x")]
    [InlineData("/root/bin/x (deleted)", "/root", "/bin/x (deleted)")]
    [InlineData("/rootfoo", "/root", null)]
    [InlineData("/rootfoo/x", "/root", null)]
    [InlineData("/roo", "/root", null)]
    [InlineData("/", "/root", null)]
    [InlineData("/bin/x", "/", "/bin/x")]
    [InlineData("/", "/", "/")]
    [InlineData("(unreachable)/root/x", "/root", null)]
    [InlineData("pipe:[1]", "/", null)]
    [InlineData("", "/root", null)]
    public void TryStrip_ByComponents_LosesThePrefix(string path, string root, string? expected)
    {
        byte[] buffer = new byte[64];
        int length = Encoding.UTF8.GetBytes(path, buffer);
        bool stripped = RootedPath.TryStrip(buffer, ref length, Encoding.UTF8.GetBytes(root));
        Assert.Equal(expected is not null, stripped);
        Assert.Equal(expected ?? path, Encoding.UTF8.GetString(buffer, 0, length));
    }

    [Theory]
    [InlineData("55-56 r-xp 0 fe:00 12   /root/bin/a b", "55-56 r-xp 0 fe:00 12   /bin/a b")]
    [InlineData("55-56 r-xp 0 fe:00 12   /root", "55-56 r-xp 0 fe:00 12   /")]
    [InlineData("55-56 r-xp 0 fe:00 12   /root/x\\012y (deleted)", "55-56 r-xp 0 fe:00 12   /x\\012y (deleted)")]
    [InlineData("55-56 r-xp 0 fe:00 12   /rootfoo/secret", "55-56 r-xp 0 fe:00 12")]
    [InlineData("55-56 rw-p 0 00:00 0    [heap]", "55-56 rw-p 0 00:00 0    [heap]")]
    [InlineData("55-56 rw-p 0 00:00 0 ", "55-56 rw-p 0 00:00 0 ")]
    [InlineData("55-56 rw-s 0 00:01 3    /memfd:x (deleted)", "55-56 rw-s 0 00:01 3    /memfd:x (deleted)")]
    [InlineData("55-56 rw-s 0 00:01 3    /dev/zero (deleted)", "55-56 rw-s 0 00:01 3    /dev/zero (deleted)")]
    public void Maps_ByLine_LosesThePrefix(string line, string expected)
    {
        ArrayBufferWriter<byte> content = new();
        MapsContent.Strip(Encoding.UTF8.GetBytes(line + "\n"), "/root"u8, content);
        Assert.Equal(expected + "\n", Encoding.UTF8.GetString(content.WrittenSpan));
    }

    [Theory]
    [InlineData("/", "/root/x", "/root/x")]
    [InlineData("/", "/memfd:x (deleted)", "file:[7]")]
    [InlineData("/root", "/root/x", "/x")]
    [InlineData("/root", "/rootfoo/x", "file:[7]")]
    [InlineData("/root", "/var/log/out", "file:[7]")]
    [InlineData("/root", "/dev/null", "/dev/null")]
    [InlineData("/root", "/dev/nullx", "file:[7]")]
    [InlineData("/root", "pipe:[12]", "pipe:[12]")]
    [InlineData("/root", "socket:[12]", "socket:[12]")]
    [InlineData("/root", "anon_inode:[eventpoll]", "anon_inode:[eventpoll]")]
    public void DescriptorText_OfTheKernels_IsReachable(string root, string text, string expected)
    {
        byte[] buffer = new byte[64];
        int length = Encoding.UTF8.GetBytes(text, buffer);
        DescriptorText.Translate(buffer, ref length, 7, Encoding.UTF8.GetBytes(root));
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, length));
    }

    [Theory]
    [InlineData("1 0 8:1 / / rw - ext4 a rw\n2 1 0:45 / /mnt/root rw - fuse.vroot v rw\n", "/mnt/root", 0, 45)]
    [InlineData("1 0 8:1 / / rw - ext4 a rw\n2 1 0:45 / /mnt/root rw - fuse.vroot v rw\n", "/mnt/rootfoo", 8, 1)]
    [InlineData("1 0 8:1 / / rw - ext4 a rw\n2 1 0:45 / /mnt/root rw - fuse.vroot v rw\n", "/mnt/root/1", 0, 45)]
    [InlineData("1 0 8:1 / / rw - ext4 a rw\n2 1 0:45 / /mnt/a\\040b rw - fuse.vroot v rw\n", "/mnt/a b", 0, 45)]
    [InlineData("1 0 8:1 / / rw - ext4 a rw\n2 1 0:45 / /m rw - x y rw\n3 2 0:46 / /m rw - fuse.vroot v rw\n", "/m", 0, 46)]
    [InlineData("nonsense\n1 0 8:1 / / rw - ext4 a rw\n2 1 :: / /m rw", "/m", 8, 1)]
    public void OwnMount_InMountInfo_IsTheNearestAndLast(string mountInfo, string path, uint major, uint minor) =>
        Assert.Equal((major, minor), OwnMount.Find(Encoding.UTF8.GetBytes(mountInfo), Encoding.UTF8.GetBytes(path)));
}
