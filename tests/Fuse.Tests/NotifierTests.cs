using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests;

public sealed class NotifierTests : IDisposable
{
    private readonly FakeKernelChannel _kernel = new();

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void Notifications_AreSentFieldByField()
    {
        FuseNotifier notifier = new(_kernel, 45);

        Assert.Equal(Errno.Success, notifier.InvalidateInode(5, -1, 7));
        Assert.Equal(Message.Bytes("u32:40 i32:2 u64:0 u64:5 u64:0xFFFFFFFFFFFFFFFF u64:7"), _kernel.Receive(0)); // ino off len
        Assert.Equal(Errno.Success, notifier.InvalidateEntry(5, "ab"u8));
        Assert.Equal(Message.Bytes("u32:35 i32:3 u64:0 u64:5 u32:2 u32:0 z:ab"), _kernel.Receive(0)); // parent namelen flags
        Assert.Equal(Errno.Success, notifier.InvalidateEntry(5, "ab"u8, expireOnly: true));
        Assert.Equal(Message.Bytes("u32:35 i32:3 u64:0 u64:5 u32:2 u32:1 z:ab"), _kernel.Receive(0));
        Assert.Equal(Errno.Success, notifier.Delete(5, 6, "ab"u8));
        Assert.Equal(Message.Bytes("u32:43 i32:6 u64:0 u64:5 u64:6 u32:2 u32:0 z:ab"), _kernel.Receive(0)); // parent child namelen padding
        Assert.Equal(Errno.Success, notifier.Store(5, 6, "data"u8));
        Assert.Equal(Message.Bytes("u32:44 i32:4 u64:0 u64:5 u64:6 u32:4 u32:0 s:data"), _kernel.Receive(0)); // nodeid offset size padding
        Assert.Equal(Errno.Success, notifier.Resend());
        Assert.Equal(Message.Bytes("u32:16 i32:7 u64:0"), _kernel.Receive(0));
        Assert.Equal(Errno.Success, notifier.IncrementEpoch());
        Assert.Equal(Message.Bytes("u32:16 i32:8 u64:0"), _kernel.Receive(0));
        Assert.Equal(Errno.Success, notifier.Prune([5, 6]));
        Assert.Equal(Message.Bytes("u32:48 i32:9 u64:0 u32:2 u32:0 u64:0 u64:5 u64:6"), _kernel.Receive(0)); // count padding spare, node ids
    }

    [Theory]
    [InlineData(37, false, false, false, false)]
    [InlineData(38, true, false, false, false)]
    [InlineData(40, true, true, false, false)]
    [InlineData(44, true, true, true, false)]
    [InlineData(45, true, true, true, true)]
    public void Notification_NewerThanTheProtocol_IsENOSYS(int minor, bool expire, bool resend, bool epoch, bool prune)
    {
        FuseNotifier notifier = new(_kernel, minor);

        Assert.Equal(Expected(expire), notifier.InvalidateEntry(1, "a"u8, expireOnly: true));
        Assert.Equal(Expected(resend), notifier.Resend());
        Assert.Equal(Expected(epoch), notifier.IncrementEpoch());
        Assert.Equal(Expected(prune), notifier.Prune([1]));

        static Errno Expected(bool known) => known ? Errno.Success : Errno.ENOSYS;
    }

    [Fact]
    public void Name_EmptyOrTooLong_IsRefusedBeforeTheKernel()
    {
        FuseNotifier notifier = new(_kernel, 45);

        Assert.Equal(Errno.EINVAL, notifier.InvalidateEntry(1, []));
        Assert.Equal(Errno.ENAMETOOLONG, notifier.InvalidateEntry(1, new byte[1025]));
        Assert.Equal(Errno.ENAMETOOLONG, notifier.Delete(1, 2, new byte[5000]));
        Assert.False(_kernel.HasReply(0));
    }

    [Fact]
    public void Kernel_ThatDoesNotKnowTheNode_AnswersENOENT()
    {
        _kernel.Refuse(0);

        Assert.Equal(Errno.ENOENT, new FuseNotifier(_kernel, 45).InvalidateInode(77));
    }
}
