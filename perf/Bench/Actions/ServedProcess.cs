using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bench.Actions;

/// <summary>A <c>vroot</c> that listens on a free port of loopback.</summary>
internal sealed class ServedProcess : IDisposable
{
    private const int SIGTERM = 15;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    public ServedProcess(string vroot, params string[] arguments)
    {
        _process = ChildProcess.Start(new ProcessCommand(vroot, arguments));
        _process.WaitForOutput("\n", s_patience);
        Address = _process.Output.Text.Split('\n')[0];
    }

    public string Address { get; }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Signal(SIGTERM);
            _process.WaitForExit(s_patience);
        }

        _process.Dispose();
    }
}
