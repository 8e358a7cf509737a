using VirtualRoot.Linux;

namespace VirtualRoot.Special.Descriptors;

/// <summary>A read or write that waits for its stream. Guarded by the stream's lock until it is answered.</summary>
internal sealed class StreamRequest(StreamHandle stream, bool isWrite, Memory<byte> buffer, ReadOnlyMemory<byte> data)
{
    /// <summary>Continuations write FUSE replies; they must run neither under a stream's lock nor on the poller's thread.</summary>
    private readonly TaskCompletionSource<(Errno Errno, int Length)> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it writes.</summary>
    public bool IsWrite => isWrite;

    /// <summary>Where read bytes go.</summary>
    public Memory<byte> Buffer => buffer;

    /// <summary>What is to be written.</summary>
    public ReadOnlyMemory<byte> Data => data;

    /// <summary>Bytes written so far.</summary>
    public int Done { get; set; }

    /// <summary>The caller's interrupt.</summary>
    public CancellationTokenRegistration Interrupt { get; set; }

    /// <summary>The answer to come.</summary>
    public Task<(Errno Errno, int Length)> Answer => _answer.Task;

    /// <summary>The stream it waits for.</summary>
    public StreamHandle Stream => stream;

    /// <summary>Answers. Not under the stream's lock: an interrupt that is being delivered waits for it.</summary>
    public void Complete(Errno errno, int length)
    {
        Interrupt.Unregister();
        _answer.TrySetResult((errno, length));
    }
}
