using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Trace;

namespace VirtualRoot.Special;

/// <summary>An open special file; disposed at RELEASE. Reads and writes go past the page cache (FOPEN_DIRECT_IO), since
/// these files tell no size.</summary>
public abstract class SpecialHandle : IDisposable
{
    /// <summary>Whether reads and writes are answered from memory, so that a reader thread may run them.</summary>
    public virtual bool AnswersFromMemory => false;

    /// <summary>Whether <see cref="Read"/> and <see cref="Write"/> must not be called, but the asynchronous forms: a
    /// pipe or terminal, where a wait is unbounded.</summary>
    public virtual bool MayWait => false;

    /// <summary>Whether the file has no positions (FOPEN_STREAM): a pipe or terminal.</summary>
    public virtual bool IsStream => false;

    /// <summary>What <see cref="Read"/> may wait for: a <see cref="SpecialWork.Line"/>.</summary>
    public virtual ulong ReadLine => 0;

    /// <summary>The row of its file where the root's special paths are traced, else null.</summary>
    internal TracedPath? Traced { get; set; }

    /// <summary>The file that the daemon opened for it, if it is one that may be opened once more through it.</summary>
    internal virtual SafeFileHandle? File => null;

    /// <summary>How <see cref="File"/> was opened: O_RDONLY, O_WRONLY or O_RDWR.</summary>
    internal virtual int Access => 0;

    /// <summary>READ at <paramref name="offset"/>; fewer bytes than asked for only at the end.</summary>
    public virtual Errno Read(ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        return Errno.EBADF;
    }

    /// <summary>WRITE at <paramref name="offset"/>.</summary>
    public virtual Errno Write(ulong offset, ReadOnlySpan<byte> data, out int written)
    {
        written = 0;
        return Errno.EBADF;
    }

    /// <summary>READ of a file that may wait; cancelled by FUSE_INTERRUPT.</summary>
    public virtual ValueTask<(Errno Errno, int Length)> ReadAsync(ulong offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        ValueTask.FromResult((Read(offset, buffer.Span, out int length), length));

    /// <summary>WRITE to a file that may wait; cancelled by FUSE_INTERRUPT.</summary>
    public virtual ValueTask<(Errno Errno, int Written)> WriteAsync(ulong offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        ValueTask.FromResult((Write(offset, data.Span, out int written), written));

    /// <summary>A write of the caller is about to be answered EPIPE.</summary>
    public virtual void OnBrokenPipe(in Caller caller)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the handle holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
