using System.Runtime.InteropServices;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>Takes every reply and keeps none.</summary>
internal sealed class SilentChannel : FuseChannel
{
    public override int Read(Span<byte> buffer) => 0;

    public override int Write(ReadOnlySpan<byte> message) => 0;

    public override int Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data) => 0;

    public override int OpenBacking(SafeHandle file) => -(int)Errno.EOPNOTSUPP;

    public override int CloseBacking(int id) => -(int)Errno.ENOENT;

    public override bool WaitReadable(CancellationToken cancellation) => false;

    public override void EnterReader()
    {
    }

    public override void LeaveReader()
    {
    }

    public override void Wake()
    {
    }

    public override FuseChannel Clone() => this;

    public override void Dispose()
    {
    }
}
