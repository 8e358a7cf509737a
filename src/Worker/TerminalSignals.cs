using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>
/// Passes the signals that this process gets on to a command, as `vroot run` needs it, and keeps this process
/// alive through them: it ends when the command ends. Before there is a command, a signal that asks for the end
/// cancels <see cref="Stop"/>, so that a preparation that takes long can be broken off.
/// What a terminal sends, it sends to its whole foreground group, in which the command is too: then it is not
/// passed on again, not even if it came while the command was being started: vroot-init hands on what the kernel
/// gave to it before there was the command. So make this right before the start. SIGTSTP keeps its default: Ctrl-Z stops this process and the command alike, and the shell
/// continues both.
/// </summary>
public sealed class TerminalSignals : IDisposable
{
    private const int SIGHUP = 1;
    private const int SIGINT = 2;
    private const int SIGQUIT = 3;
    private const int SIGUSR1 = 10;
    private const int SIGUSR2 = 12;
    private const int SIGTERM = 15;
    private const int SIGWINCH = 28;

    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly List<int> _early = [];
#pragma warning disable CA2213 // A signal in flight may still cancel it; without timers it holds nothing.
    private readonly CancellationTokenSource _stop = new();
#pragma warning restore CA2213
    private ActionProcess? _process;

    /// <summary>Takes the signals from now on.</summary>
    public TerminalSignals()
    {
        foreach (int signal in (ReadOnlySpan<int>)[SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH])
        {
            // .NET takes the numbers of signals that it has no name for.
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                Take(signal);
            }));
        }
    }

    /// <summary>Cancelled by the first SIGHUP, SIGINT, SIGQUIT or SIGTERM that comes before there is a command.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The signal that cancelled <see cref="Stop"/>; 0: none. The exit status for it is 128 more.</summary>
    public int StopSignal { get; private set; }

    /// <summary>Passes the signals on from now on, those that came earlier first.</summary>
    /// <param name="process">The command. Must not have a session of its own if it shares the terminal.</param>
    public void Attach(ActionProcess process)
    {
        lock (_gate)
        {
            _process = process;
            _early.ForEach(signal => process.Signal(signal));
            _early.Clear();
        }
    }

    /// <summary>Whether a terminal sends its signals to this process's group.</summary>
    /// <returns>false also when there is no terminal.</returns>
    public static bool IsInForeground()
    {
        try
        {
            using SafeFileHandle terminal = File.OpenHandle("/dev/tty", share: FileShare.ReadWrite);
            return Syscall.Tcgetpgrp(terminal) == Syscall.Getpgrp();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // ENXIO: no controlling terminal
        }
    }

    /// <summary>Gives the signals back their default effect.</summary>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Take(int signal)
    {
        bool isOfTerminal = signal is SIGINT or SIGQUIT or SIGWINCH && IsInForeground();
        lock (_gate)
        {
            if (_process is { } process)
            {
                _ = isOfTerminal || process.Signal(signal);
                return;
            }

            if (!isOfTerminal)
            {
                _early.Add(signal);
            }

            if (StopSignal != 0 || signal is not (SIGHUP or SIGINT or SIGQUIT or SIGTERM))
            {
                return;
            }

            StopSignal = signal;
        }

        _stop.Cancel();
    }
}
