using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse;

/// <summary>Serves one FUSE connection.</summary>
public sealed class FuseSession : IAsyncDisposable
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FuseSession(FuseStatistics statistics) => Statistics = statistics;

    /// <summary>Ends when the mount is gone; faults if the device breaks.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What was asked so far.</summary>
    public FuseStatistics Statistics { get; }

    /// <summary>What INIT agreed on; null until the kernel has sent INIT.</summary>
    public FuseConnection? Connection { get; private set; }

    /// <summary>Starts to serve <paramref name="device"/>, whose INIT is unread; the caller keeps owning it and closes it after disposal.</summary>
    public static FuseSession Start(SafeHandle device, IFuseFileSystem fileSystem, FuseSessionOptions options)
    {
        options.Validate();
        throw new PlatformNotSupportedException("the reader threads are not in this build yet");
    }

    /// <summary>Cancels pending operations, waits for them and the reader threads with a bound, closes cloned descriptors.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
