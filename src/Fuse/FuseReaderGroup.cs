using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>The reader threads of a session, their channels, and how they start and end together.</summary>
#pragma warning disable CA1001 // A token source without a timer; its wait handle is never asked for.
internal sealed class FuseReaderGroup(FuseSessionContext context, FuseChannel first)
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<FuseConnection> _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<FuseDeviceException?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _channelLock = new();
    private readonly List<FuseChannel> _channels = [first]; // protected by _channelLock
    private FuseDeviceException? _failure;
    private int _running;

    /// <summary>What INIT agreed on.</summary>
    public Task<FuseConnection> Initialized => _initialized.Task;

    /// <summary>Ends when the last reader has; with what broke the device, if it was that.</summary>
    public Task<FuseDeviceException?> Ended => _ended.Task;

    /// <summary>How many readers have not ended.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Starts the reader that negotiates.</summary>
    public void StartFirst() => StartThread(0, Negotiate);

    /// <summary>Readers end after the request that they have in hand.</summary>
    public void RequestStop() => _stop.Cancel();

    /// <summary>Makes readers that wait for a request look whether they should stop; to be repeated, since one may be just about to wait.</summary>
    public void Wake()
    {
        lock (_channelLock)
        {
            foreach (FuseChannel channel in _channels)
            {
                channel.Wake();
            }
        }
    }

    /// <summary>Closes what <see cref="FuseChannel.Clone"/> made.</summary>
    public void CloseChannels()
    {
        lock (_channelLock)
        {
            foreach (FuseChannel channel in _channels)
            {
                channel.Dispose();
            }
        }
    }

    private void Negotiate()
    {
        FuseHandshake handshake = new(first, context);
        if (handshake.Run(_stop.Token) is not { } connection)
        {
            return; // unmounted or stopped before INIT
        }

        for (int i = 1; i < context.Options.ReaderThreads; i++)
        {
            FuseChannel channel = AddClone();
            StartThread(i, () => Serve(channel, connection));
        }

        FuseLog.Negotiated(context.Logger, connection.Minor, connection.KernelMinor, context.Options.ReaderThreads, connection.MaxWrite, connection.Flags);
        _initialized.TrySetResult(connection);
        Serve(first, connection);
    }

    private FuseChannel AddClone()
    {
        FuseChannel channel = first.Clone();
        if (first is DeviceFuseChannel { CloneError: not Errno.Success } device)
        {
            FuseLog.NotCloned(context.Logger, device.CloneError);
        }

        lock (_channelLock)
        {
            _channels.Add(channel);
        }

        return channel;
    }

    private void Serve(FuseChannel channel, FuseConnection connection)
    {
        channel.EnterReader();
        try
        {
            ReadAndDispatch(channel, connection);
        }
        finally
        {
            channel.LeaveReader();
        }
    }

    private void ReadAndDispatch(FuseChannel channel, FuseConnection connection)
    {
        using NativeBuffer requests = new(RequestBufferSize(connection));
        using NativeBuffer replies = new(RequestBufferSize(connection));
        FuseReplyPort port = new(channel, context);
        FuseDispatcher dispatcher = new(port, connection, replies.Memory);
        Span<byte> buffer = requests.Span;
        while (!_stop.IsCancellationRequested)
        {
            int length = channel.Read(buffer);
            switch ((Errno)(-Math.Min(length, 0)))
            {
                case Errno.Success when length == 0: // the peer of a test's socket has closed
                case Errno.ENODEV: // unmounted
                case Errno.ECONNABORTED: // aborted through fusectl
                    return;
                case Errno.Success:
                    dispatcher.Dispatch(buffer[..length]);
                    break;
                case Errno.ENOENT: // the request was interrupted before it could be read
                case Errno.EINTR: // woken
                    break;
                case Errno.EAGAIN: // an inherited descriptor with O_NONBLOCK
                    channel.WaitReadable(_stop.Token);
                    break;
                case Errno errno:
                    throw new FuseDeviceException($"reading from the FUSE device failed with {errno}; the mount cannot be served any longer, mount anew");
            }
        }
    }

    /// <summary>The kernel wants room for a header of 80 bytes and the largest WRITE, and at least 8 KiB; xattr values of 64 KiB must fit, too.</summary>
    private static int RequestBufferSize(FuseConnection connection) =>
        Math.Max(connection.MaxWrite, 128 * 1024) + FuseProtocol.MinReadBuffer;

    private void StartThread(int index, Action body)
    {
        Interlocked.Increment(ref _running);
        Thread thread = new(() => RunThread(body)) { Name = $"fuse-{index}", IsBackground = true };
        thread.Start();
    }

    private void RunThread(Action body)
    {
        try
        {
            body();
        }
        catch (FuseDeviceException exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
            RequestStop();
            Wake();
        }
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0)
            {
                SettleInitialized();
                _ended.TrySetResult(_failure);
            }
        }
    }

    private void SettleInitialized()
    {
        if (_failure is not null)
        {
            _initialized.TrySetException(_failure);
            _ = _initialized.Task.Exception; // Completion carries it, too: whoever does not ask here has not missed it
        }
        else
        {
            _initialized.TrySetCanceled();
        }
    }
}
