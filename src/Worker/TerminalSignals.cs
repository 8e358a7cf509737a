using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>
/// Passes the signals that this process gets on to a command, as `vroot run` needs it, and keeps this process
/// alive through them: it ends when the command ends.
/// What a terminal sends, it sends to its whole foreground group, in which the command is too: then it is not
/// passed on again. SIGTSTP keeps its default: Ctrl-Z stops this process and the command alike, and the shell
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

    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Begins to pass signals on.</summary>
    /// <param name="process">The command. Must not have a session of its own if it shares the terminal.</param>
    public TerminalSignals(ActionProcess process)
    {
        foreach (int signal in (ReadOnlySpan<int>)[SIGHUP, SIGTERM, SIGUSR1, SIGUSR2])
        {
            Register(signal, () => process.Signal(signal));
        }

        foreach (int signal in (ReadOnlySpan<int>)[SIGINT, SIGQUIT, SIGWINCH])
        {
            Register(signal, () => _ = IsInForeground() || process.Signal(signal));
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

    // .NET takes the numbers of signals that it has no name for.
    private void Register(int signal, Action passOn) =>
        _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
        {
            context.Cancel = true;
            passOn();
        }));
}
