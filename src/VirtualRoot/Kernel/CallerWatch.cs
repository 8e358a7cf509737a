using System.Globalization;
using VirtualRoot.Fuse;

namespace VirtualRoot.Kernel;

/// <summary>
/// Gives up a request on the tree when its caller dies, and only then. The kernel sends FUSE_INTERRUPT, once, for any
/// signal that the caller handles; but on a disk no signal but a fatal one ends a read, a write or an open, and programs
/// (make with its SIGCHLD, Go with its SIGURG) do not expect EINTR there. So from the interrupt on this looks, now and
/// then, whether the kernel has put SIGKILL on the caller, as it does to every thread that a fatal signal ends. Nobody
/// waits for a root that has been removed either.
/// </summary>
internal sealed class CallerWatch : IDisposable
{
    private const ulong KillBit = 1ul << (9 - 1); // SIGKILL in SigPnd and ShdPnd
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly FusePendingReply _pending;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenRegistration _interrupt;
    private readonly CancellationTokenRegistration _removal;
    private volatile bool _isOver;

    public CallerWatch(FusePendingReply pending, CancellationToken removed)
    {
        _pending = pending;
        _removal = removed.UnsafeRegister(static gone => ((CancellationTokenSource)gone!).Cancel(), _gone);
        _interrupt = pending.Cancellation.UnsafeRegister(static watch => ((CallerWatch)watch!).Begin(), this);
    }

    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        _interrupt.Dispose();
        _removal.Dispose();
    }

    private void Begin() => _ = WatchAsync();

    private async Task WatchAsync()
    {
        while (!_isOver)
        {
            if (_pending.SessionEnds || IsDying(_pending.Pid))
            {
                await _gone.CancelAsync().ConfigureAwait(false);
                return;
            }

            await Task.Delay(s_interval).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the thread is ended or about to be; one that cannot be seen (pid 0) is taken for it. Reading status
    /// never waits for the thread, whatever that waits for.</summary>
    private static bool IsDying(uint threadId)
    {
        try
        {
            return threadId == 0 || File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{threadId}/status"))
                .Any(line => (line.StartsWith("SigPnd:", StringComparison.Ordinal) || line.StartsWith("ShdPnd:", StringComparison.Ordinal))
                    && ulong.TryParse(line.AsSpan("SigPnd:\t".Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong pending)
                    && (pending & KillBit) != 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // it has ended meanwhile
        }
    }
}
