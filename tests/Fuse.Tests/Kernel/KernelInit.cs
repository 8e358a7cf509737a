using System.Globalization;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>INIT as kernels of several ages send it.</summary>
internal static class KernelInit
{
    public const ulong AllFlags = ulong.MaxValue;

    public static byte[] Request(int major = 7, int minor = 45, ulong flags = AllFlags, bool shortForm = false, uint readAhead = 131072) =>
        Message.Request(FuseOpcode.INIT, string.Create(CultureInfo.InvariantCulture, $"""
            u32:{major}
            u32:{minor}
            u32:{readAhead}
            u32:{(uint)flags}
            """) + (shortForm ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" u32:{(uint)(flags >> 32)} zeros:44")), unique: 2, node: 0);

    /// <summary>A session that has negotiated with all flags.</summary>
    public static async Task<FuseSession> StartAsync(FakeKernelChannel kernel, IFuseFileSystem fileSystem, FuseSessionOptions? options = null, int minor = 45)
    {
        FuseSession session = FuseSession.Start(kernel, fileSystem, options ?? new FuseSessionOptions { ReaderThreads = 2 });
        kernel.Send(Request(minor: minor));
        await session.Initialized.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2UL, Message.UniqueOf(kernel.Receive()));
        return session;
    }
}
