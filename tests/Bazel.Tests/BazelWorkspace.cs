using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bazel.Tests;

/// <summary>The workspace of this project's folder, made from the machine's packages, with a Bazel server and a daemon; all of
/// it made by the first test that needs it.</summary>
public sealed class BazelWorkspace : IDisposable
{
    // Where the local build's Go has its cache: the environment of an action is the same remotely and locally.
    private const string LocalGoCache = "/tmp/vroot-bazel-go-cache";

    // A clean build of everything takes a minute on two idle cores, and the machine may have others to serve.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);

    private readonly Lazy<TestDirectory> _directory;
    private readonly Lazy<ServeDaemon> _daemon;

    public BazelWorkspace()
    {
        _directory = new Lazy<TestDirectory>(Prepare);
        _daemon = new Lazy<ServeDaemon>(() => new ServeDaemon(_directory.Value));
        Builds = new BuildSequence(this);
    }

    internal ServeDaemon Daemon => _daemon.Value;

    /// <summary>The builds of everything, each once.</summary>
    internal BuildSequence Builds { get; }

    /// <summary>The path of a file of the workspace.</summary>
    public string this[string path] => Path.Combine(_directory.Value["workspace"], path);

    /// <summary>A build or test whose actions all run in virtual roots.</summary>
    public ProcessOutcome Remote(string command, params string[] arguments) => ChildProcess.Run(RemoteCommand(command, arguments), s_limit);

    /// <summary>The same, to be started.</summary>
    public ProcessCommand RemoteCommand(string command, params string[] arguments) =>
        Command(command, ["--config=remote", "--remote_executor=" + Daemon.Address, .. arguments]);

    /// <summary>Any other command of Bazel.</summary>
    public ProcessOutcome Local(string command, params string[] arguments) => ChildProcess.Run(Command(command, arguments), s_limit);

    public void Dispose()
    {
        if (!_directory.IsValueCreated)
        {
            return;
        }

        using TestDirectory directory = _directory.Value;
        try
        {
            Local("shutdown").Expect();
        }
        finally
        {
            if (_daemon.IsValueCreated)
            {
                _daemon.Value.Dispose();
            }

            if (Directory.Exists(LocalGoCache))
            {
                Directory.Delete(LocalGoCache, recursive: true);
            }
        }
    }

    private static TestDirectory Prepare()
    {
        TestDirectory directory = new();
        string prepare = Path.Combine(PublishedTool.Checkout(), "tests/Bazel.Tests/Workspace/prepare");
        ChildProcess.Run(new ProcessCommand(prepare, [directory["workspace"]]), s_limit).Expect();
        return directory;
    }

    // Bazel's own patience with its server's start, half a minute, is too short on a busy machine.
    private ProcessCommand Command(string command, params string[] arguments)
    {
        string[] startup = ["--output_user_root=" + _directory.Value["bazel"], "--max_idle_secs=600", "--local_startup_timeout_secs=600"];
        return new ProcessCommand("/usr/bin/bazel", [.. startup, command, .. arguments]) { WorkingDirectory = this[""] };
    }
}
