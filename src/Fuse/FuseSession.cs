using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse;

/// <summary>
/// Serves one FUSE connection: negotiates, then answers requests from a few dedicated threads until the mount is gone.
/// <para>Threads: each reader has its own clone of the device and its own native buffers, and answers on the clone that
/// it read from. The first reader negotiates, then starts the others. A reader blocks in read(2); nothing else is
/// called between two requests.</para>
/// <para>The end: when the mount goes, the kernel answers ENODEV to every reader. To end a session whose mount stays
/// (an inherited one, or one that is still busy), the readers are woken by a signal to their threads
/// (<see cref="WakeSignal"/>), which costs nothing between two requests, where poll(2) would cost a call for each.
/// (A RETRIEVE notification, whose answer wakes a reader, is refused for directories by newer kernels; aborting the
/// connection would take it from a successor.)</para>
/// </summary>
public sealed class FuseSession : IAsyncDisposable
{
    private static readonly TimeSpan s_wakeInterval = TimeSpan.FromMilliseconds(20);

    private readonly FuseSessionContext _context;
    private readonly FuseReaderGroup _readers;
    private readonly Lock _disposeLock = new();
    private Task? _disposal; // protected by _disposeLock

    private FuseSession(FuseSessionContext context, FuseChannel channel)
    {
        _context = context;
        _readers = new FuseReaderGroup(context, channel);
        Completion = CompleteAsync();
    }

    /// <summary>Ends when the mount is gone or the session was disposed; faults with <see cref="FuseDeviceException"/> if the device breaks.</summary>
    public Task Completion { get; }

    /// <summary>What INIT agreed on, once it has. Cancelled if the mount is gone before; faults if the kernel's protocol is too old.</summary>
    public Task<FuseConnection> Initialized => _readers.Initialized;

    /// <summary>What was asked so far.</summary>
    public FuseStatistics Statistics => _context.Statistics;

    /// <summary>Operations whose reply is due.</summary>
    public int PendingOperations => _context.InFlight.Count;

    /// <summary>
    /// Starts to serve <paramref name="device"/>, whose INIT is unread. Returns before INIT is answered; the kernel
    /// lets every access to the mount wait for that. The caller keeps owning the device and closes it after disposal.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static FuseSession Start(SafeHandle device, IFuseFileSystem fileSystem, FuseSessionOptions options) =>
        Start(new DeviceFuseChannel(device, ownsDevice: false), fileSystem, options);

    /// <summary>
    /// Ends the session: cancels pending operations, wakes and joins the readers, closes cloned descriptors. Waits at
    /// most <see cref="FuseSessionOptions.ShutdownTimeout"/> for each; what has not ended by then is logged and left.
    /// The mount is the owner's business: unmount first where it is ours.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_disposeLock)
        {
            return new ValueTask(_disposal ??= Task.Run(StopAsync));
        }
    }

    internal static FuseSession Start(FuseChannel channel, IFuseFileSystem fileSystem, FuseSessionOptions options)
    {
        options.Validate();
        FuseSession session = new(new FuseSessionContext(fileSystem, options), channel);
        session._readers.StartFirst();
        return session;
    }

    private async Task StopAsync()
    {
        _context.InFlight.CancelAll();
        _readers.RequestStop();
        long deadline = Environment.TickCount64 + (long)_context.Options.ShutdownTimeout.TotalMilliseconds;
        while (!Completion.IsCompleted && Environment.TickCount64 < deadline)
        {
            _readers.Wake();
            await Task.WhenAny(Completion, Task.Delay(s_wakeInterval)).ConfigureAwait(false);
        }

        if (!Completion.IsCompleted)
        {
            FuseLog.ShutdownIncomplete(_context.Logger, _context.InFlight.Count, _readers.Running, _context.Options.ShutdownTimeout);
        }

        _readers.CloseChannels();
    }

    private async Task CompleteAsync()
    {
        FuseDeviceException? failure = await _readers.Ended.ConfigureAwait(false);
        _context.InFlight.CancelAll();
        await DrainAsync().ConfigureAwait(false);
        try
        {
            _context.FileSystem.Destroy();
        }
#pragma warning disable CA1031 // Nobody is left to answer; the session ends all the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FuseLog.CallbackFailed(_context.Logger, exception, nameof(IFuseFileSystem.Destroy));
        }

        if (failure is not null)
        {
            FuseLog.DeviceBroken(_context.Logger, failure);
            throw failure;
        }
    }

    /// <summary>Waits for pending operations, cancelled already; they have no common event worth its cost for each request.</summary>
    private async Task DrainAsync()
    {
        long deadline = Environment.TickCount64 + (long)_context.Options.ShutdownTimeout.TotalMilliseconds;
        while (_context.InFlight.Count > 0 && Environment.TickCount64 < deadline)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }
    }
}
