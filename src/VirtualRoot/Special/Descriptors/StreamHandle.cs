using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// A pipe or terminal that the daemon reads and writes for a process. The file is non-blocking; a request that would wait
/// joins a line, which <see cref="StreamPoller"/> serves when the file becomes ready. Trying and joining are one step under
/// the lock, and readiness is looked at under it too, so no edge is missed.
/// </summary>
internal sealed class StreamHandle : SpecialHandle
{
    private const int SIGPIPE = 13;

    private readonly Lock _lock = new();
    private readonly StreamPoller _poller;
    private readonly ulong _id;
    private readonly SafeFileHandle _file;
    private readonly int _flags;
    private readonly ProcessTable _processes;
    private readonly LinkedList<StreamRequest> _readers = new();
    private readonly LinkedList<StreamRequest> _writers = new();
    private bool _closed;

    /// <summary>A stream that the poller knows as <paramref name="id"/> and that owns <paramref name="file"/>.</summary>
    public StreamHandle(StreamPoller poller, ulong id, SafeFileHandle file, int flags, ProcessTable processes)
    {
        _poller = poller;
        _id = id;
        _file = file;
        _flags = flags;
        _processes = processes;
    }

    /// <inheritdoc/>
    internal override SafeFileHandle? File => _file;

    /// <inheritdoc/>
    internal override int Access => OpenMode.Access(_flags);

    /// <inheritdoc/>
    public override bool MayWait => true;

    /// <inheritdoc/>
    public override bool IsStream => true;

    /// <inheritdoc/>
    public override ValueTask<(Errno Errno, int Length)> ReadAsync(ulong offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        Submit(_readers, new StreamRequest(this, isWrite: false, buffer, default), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<(Errno Errno, int Written)> WriteAsync(ulong offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        Submit(_writers, new StreamRequest(this, isWrite: true, default, data), cancellationToken);

    /// <summary>As a pipe of the caller's own would, it gets SIGPIPE, too. It waits in its write still, so the signal is there
    /// before the errno.</summary>
    public override void OnBrokenPipe(in Caller caller)
    {
        if (_processes.TryPin(in caller, out ProcessPin? pin))
        {
            Syscall.Tgkill(pin.ThreadGroup, caller.ThreadId, SIGPIPE); // one of another user gets the errno alone
        }
    }

    /// <summary>The file may have become ready; runs on the poller's thread.</summary>
    internal void OnReady()
    {
        List<(StreamRequest Request, Errno Errno, int Length)> answered = [];
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            Serve(_readers, answered);
            Serve(_writers, answered);
        }

        foreach ((StreamRequest request, Errno errno, int length) in answered)
        {
            request.Complete(errno, length);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    private void Close()
    {
        StreamRequest[] waiting;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            waiting = [.. _readers, .. _writers];
            _readers.Clear();
            _writers.Clear();
        }

        _poller.Remove(_id);
        _file.Dispose();
        foreach (StreamRequest request in waiting)
        {
            request.Complete(request.Done > 0 ? Errno.Success : Errno.EIO, request.Done);
        }
    }

    private ValueTask<(Errno Errno, int Length)> Submit(LinkedList<StreamRequest> line, StreamRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return ValueTask.FromResult((Errno.EBADF, 0));
            }

            if (line.Count == 0 && TryServe(request, out Errno errno, out int length))
            {
                return ValueTask.FromResult((errno, length));
            }

            if ((_flags & (int)OpenFlags.O_NONBLOCK) != 0)
            {
                return ValueTask.FromResult((request.Done > 0 ? Errno.Success : Errno.EAGAIN, request.Done));
            }

            line.AddLast(request);
        }

        // Outside the lock: a token that is cancelled already runs the callback here and now.
        request.Interrupt = cancellationToken.UnsafeRegister(static state => ((StreamRequest)state!).Stream.Interrupt((StreamRequest)state), request);
        return new ValueTask<(Errno Errno, int Length)>(request.Answer);
    }

    /// <summary>FUSE_INTERRUPT: what was written stays written; what was not read stays in the pipe.</summary>
    private void Interrupt(StreamRequest request)
    {
        lock (_lock)
        {
            if (!_readers.Remove(request) && !_writers.Remove(request))
            {
                return;
            }
        }

        request.Complete(request.Done > 0 ? Errno.Success : Errno.EINTR, request.Done);
    }

    private void Serve(LinkedList<StreamRequest> line, List<(StreamRequest Request, Errno Errno, int Length)> answered)
    {
        while (line.First is { } first && TryServe(first.Value, out Errno errno, out int length))
        {
            line.RemoveFirst();
            answered.Add((first.Value, errno, length));
        }
    }

    /// <summary>Reads or writes what goes without waiting. A write is complete when all of it is written, as write(2) to a
    /// blocking pipe is.</summary>
    /// <returns>False if the request must wait.</returns>
    private bool TryServe(StreamRequest request, out Errno errno, out int length)
    {
        errno = Errno.Success;
        if (!request.IsWrite)
        {
            int count = Syscall.Read(_file, request.Buffer.Span);
            length = Math.Max(count, 0);
            errno = count < 0 ? (Errno)(-count) : Errno.Success;
            return errno != Errno.EAGAIN;
        }

        length = 0;
        while (request.Done < request.Data.Length)
        {
            int count = Syscall.Write(_file, request.Data.Span[request.Done..]);
            if (count == -(int)Errno.EAGAIN)
            {
                return false;
            }

            if (count < 0)
            {
                errno = request.Done > 0 ? Errno.Success : (Errno)(-count);
                break;
            }

            request.Done += count;
        }

        length = request.Done;
        return true;
    }
}
