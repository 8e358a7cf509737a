using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>The kernel's end of a connection, in memory: requests are queued, replies collected, errors of the device scripted.</summary>
internal sealed class FakeKernelChannel : FuseChannel
{
    private readonly BlockingCollection<byte[]> _requests = [];
    private readonly BlockingCollection<byte[]> _replies = [];
    private readonly ConcurrentQueue<int> _readErrors = new();
    private readonly ConcurrentDictionary<ulong, Errno> _refusals = new();
    private readonly CancellationTokenSource _gone = new();
    private volatile bool _woken;

    /// <summary>Number of clones made.</summary>
    public int Clones { get; private set; }

    public void Send(byte[] request) => _requests.Add(request);

    /// <summary>The next device read fails.</summary>
    public void FailRead(Errno errno)
    {
        _readErrors.Enqueue(-(int)errno);
        _requests.Add([]);
    }

    /// <summary>The reply to a request is refused, as the kernel does with ENOENT after an interrupt.</summary>
    public void Refuse(ulong unique, Errno errno = Errno.ENOENT) => _refusals[unique] = errno;

    /// <summary>The mount goes: reads answer ENODEV.</summary>
    public void Unmount() => _gone.Cancel();

    /// <summary>The next reply or notification, in the order of writing.</summary>
    public byte[] Receive(int milliseconds = 10_000) =>
        _replies.TryTake(out byte[]? reply, milliseconds) ? reply : throw new TimeoutException("no reply came");

    public bool HasReply(int milliseconds) => _replies.TryTake(out _, milliseconds);

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_woken)
            {
                return -(int)Errno.EINTR;
            }

            try
            {
                if (!_requests.TryTake(out byte[]? request, 5, _gone.Token))
                {
                    continue;
                }

                if (request.Length == 0)
                {
                    return _readErrors.TryDequeue(out int error) ? error : 0;
                }

                request.CopyTo(buffer);
                return request.Length;
            }
            catch (OperationCanceledException)
            {
                return -(int)Errno.ENODEV;
            }
        }
    }

    public override int Write(ReadOnlySpan<byte> message)
    {
        ulong unique = BitConverter.ToUInt64(message[8..16]);
        _replies.Add(message.ToArray());
        return _refusals.TryGetValue(unique, out Errno errno) ? -(int)errno : 0;
    }

    public override int Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data) => Write([.. head, .. data]);

    /// <summary>What the next <see cref="OpenBacking"/> returns; else ids from 1.</summary>
    public Errno BackingRefusal { get; set; }

    /// <summary>Ids given and not given back.</summary>
    public List<int> Backing { get; } = [];

    public override int OpenBacking(SafeHandle file)
    {
        if (BackingRefusal != Errno.Success)
        {
            return -(int)BackingRefusal;
        }

        Backing.Add(Backing.Count + 1);
        return Backing[^1];
    }

    public override int CloseBacking(int id) => Backing.Remove(id) ? 0 : -(int)Errno.ENOENT;

    public override bool WaitReadable(CancellationToken cancellation)
    {
        while (_requests.Count == 0 && !_gone.IsCancellationRequested)
        {
            if (cancellation.WaitHandle.WaitOne(2))
            {
                return false;
            }
        }

        return true;
    }

    public override void EnterReader()
    {
    }

    public override void LeaveReader()
    {
    }

    public override void Wake() => _woken = true;

    public override FuseChannel Clone()
    {
        Clones++;
        return this;
    }

    public override void Dispose()
    {
    }
}
