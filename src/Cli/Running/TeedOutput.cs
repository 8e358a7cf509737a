using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Running;

/// <summary>
/// One of a command's output streams, kept in a file and passed on to the caller's as it comes. The command sees a pipe,
/// where it might have seen a terminal. If the caller's stream breaks, so does the command's.
/// </summary>
internal sealed class TeedOutput : IDisposable
{
    private readonly SafeFileHandle _readEnd;
    private readonly SafeFileHandle _caller;

    /// <param name="folder">Where the file lies; it has no name there.</param>
    /// <param name="descriptor">The caller's stream: 1 or 2.</param>
    public TeedOutput(string folder, int descriptor)
    {
        _caller = new SafeFileHandle(descriptor, ownsHandle: false);
        string path = Path.Combine(folder, "output-" + Guid.NewGuid().ToString("N"));
        Kept = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path);
        int result = Syscall.Pipe2(0, out _readEnd, out SafeFileHandle writeEnd);
        WriteEnd = writeEnd;
        if (result < 0)
        {
            throw new CliException($"pipe2 for the command's output: {(Errno)(-result)}");
        }
    }

    /// <summary>The command's end.</summary>
    public SafeFileHandle WriteEnd { get; }

    /// <summary>What came.</summary>
    public SafeFileHandle Kept { get; }

    /// <summary>Passes on until the last process of the command has closed its end; closes ours first.</summary>
    public Task PassOnAsync()
    {
        WriteEnd.Dispose();
        return Task.Factory.StartNew(PassOn, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose()
    {
        WriteEnd.Dispose();
        _readEnd.Dispose();
        Kept.Dispose();
    }

    private void PassOn()
    {
        byte[] buffer = new byte[64 * 1024];
        long kept = 0;
        try
        {
            for (int count = Syscall.Read(_readEnd, buffer); count > 0; count = Syscall.Read(_readEnd, buffer))
            {
                RandomAccess.Write(Kept, buffer.AsSpan(0, count), kept);
                kept += count;
                if (!TryPass(buffer.AsSpan(0, count)))
                {
                    break;
                }
            }
        }
        finally
        {
            _readEnd.Dispose(); // A command that goes on to write gets SIGPIPE, and does not hang.
        }
    }

    private bool TryPass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Syscall.Write(_caller, bytes);
            if (count >= 0)
            {
                bytes = bytes[count..];
            }
            else if ((Errno)(-count) != Errno.EAGAIN)
            {
                return false;
            }
            else
            {
                Span<PollDescriptor> wait = [new PollDescriptor { Descriptor = _caller.DangerousGetHandle().ToInt32(), Events = PollEvents.POLLOUT }];
                _ = Syscall.Poll(wait, -1);
            }
        }

        return true;
    }
}
