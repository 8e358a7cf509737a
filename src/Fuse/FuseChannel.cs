using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse;

/// <summary>
/// The transport boundary: where requests come from and where their replies go. One channel serves one reader thread;
/// a reply must leave by the channel that its request came from, since the kernel keeps a list of unanswered requests
/// for each descriptor. DeviceFuseChannel is the device; tests put a fake in its place. FUSE over
/// io_uring would be another implementation of this boundary, with a queue entry's payload as the buffers.
/// </summary>
internal abstract class FuseChannel : IDisposable
{
    /// <summary>Waits for a request. Returns its length, or a negative errno.</summary>
    public abstract int Read(Span<byte> buffer);

    /// <summary>Sends a reply or a notification whole, on any thread. Returns 0 or a negative errno.</summary>
    public abstract int Write(ReadOnlySpan<byte> message);

    /// <summary>Sends a reply or a notification in two parts, on any thread. Returns 0 or a negative errno.</summary>
    public abstract int Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data);

    /// <summary>Registers a backing file of the connection. Returns its id (above 0), or a negative errno.</summary>
    public abstract int OpenBacking(SafeHandle file);

    /// <summary>Gives a backing file's id back. Returns 0 or a negative errno.</summary>
    public abstract int CloseBacking(int id);

    /// <summary>Waits until <see cref="Read"/> has something to say. Returns false if cancelled before.</summary>
    public abstract bool WaitReadable(CancellationToken cancellation);

    /// <summary>The calling thread is the one that will <see cref="Read"/>.</summary>
    public abstract void EnterReader();

    /// <summary>The calling thread will not <see cref="Read"/> again.</summary>
    public abstract void LeaveReader();

    /// <summary>Makes a <see cref="Read"/> that waits return EINTR; does nothing to a reader that is not waiting just then. On any thread.</summary>
    public abstract void Wake();

    /// <summary>A further channel of the same connection.</summary>
    public abstract FuseChannel Clone();

    /// <summary>Releases what is this channel's own.</summary>
    public abstract void Dispose();
}
