using System.Runtime.InteropServices;

namespace VirtualRoot.Cli.Serving;

/// <summary>The second SIGTERM or SIGINT as a cancellation: what was waited for after the first is cut short, in good order. The
/// third ends the process at once.</summary>
internal sealed class ServingSignals : IDisposable
{
    private readonly CancellationTokenSource _impatience = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public ServingSignals()
    {
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive), PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive)];
    }

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Impatience => _impatience.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _impatience.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) == 2)
        {
            context.Cancel = true;
            _impatience.Cancel();
        }
    }
}
