using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>A dispatcher without threads: a message in, a reply out.</summary>
internal sealed class DispatchBench
{
    private readonly FuseDispatcher _dispatcher;

    public DispatchBench(IFuseFileSystem fileSystem, FuseInitFlags flags = (FuseInitFlags)ulong.MaxValue, FuseSessionOptions? options = null)
    {
        FuseInitOut agreed = new() { Major = 7, Minor = 45, Flags = (uint)flags, Flags2 = (uint)((ulong)flags >> 32), MaxWrite = 65536 };
        Context = new FuseSessionContext(fileSystem, options ?? new FuseSessionOptions());
        Connection = new FuseConnection(agreed, 45, flags, new FuseNotifier(Kernel, 45), new FuseBackingFiles(Kernel, flags, NullLogger.Instance));
        _dispatcher = new FuseDispatcher(new FuseReplyPort(Kernel, Context), Connection, new byte[70000]);
    }

    public FakeKernelChannel Kernel { get; } = new();

    public FuseSessionContext Context { get; }

    public FuseConnection Connection { get; }

    public void Dispatch(ReadOnlySpan<byte> message) => _dispatcher.Dispatch(message);

    /// <summary>Dispatches, and takes the reply that must be there at once.</summary>
    public byte[] Ask(byte[] message)
    {
        Dispatch(message);
        return Kernel.Receive(0);
    }
}
