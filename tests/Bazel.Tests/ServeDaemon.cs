using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bazel.Tests;

/// <summary>A <c>vroot serve</c> with eight slots, which can die and be started again on the same port and directories.</summary>
internal sealed class ServeDaemon : IDisposable
{
    private const int SIGTERM = 15;
    private const int SIGKILL = 9;

    private readonly TestDirectory _directory;
    private ChildProcess _process;

    public ServeDaemon(TestDirectory directory)
    {
        _directory = directory;
        _process = Start("127.0.0.1:0");
        Address = _process.Output.Text.Split('\n')[0];
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>grpc://127.0.0.1:PORT.</summary>
    public string Address { get; }

    /// <summary>SIGKILL, and its end.</summary>
    public void Kill()
    {
        _process.Signal(SIGKILL);
        _process.WaitForExit(Patience);
        _process.Dispose();
    }

    public void StartAgain() => _process = Start(Address);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Signal(SIGTERM);
            _process.WaitForExit(Patience);
        }

        _process.Dispose();
    }

    private ChildProcess Start(string listen)
    {
        ChildProcess process = ChildProcess.Start(new ProcessCommand(
            PublishedTool.Find(_directory), ["serve", "--listen", listen, "--cache", _directory["cache"], "--slots", "8"]));
        process.WaitForOutput("\n", Patience);
        return process;
    }
}
