using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bazel.Tests;

/// <summary>The builds of everything in the workspace, in their order: whoever asks for one has those before it made.</summary>
internal sealed class BuildSequence
{
    private readonly BazelWorkspace _workspace;
    private readonly Lazy<FinishedBuild> _clean;
    private readonly Lazy<FinishedBuild> _cached;
    private readonly Lazy<FinishedBuild> _changed;
    private readonly Lazy<FinishedBuild> _local;

    public BuildSequence(BazelWorkspace workspace)
    {
        _workspace = workspace;
        _clean = new Lazy<FinishedBuild>(() => AfterClean(() => workspace.Remote("test", "--noremote_accept_cached", "//...")));
        _cached = new Lazy<FinishedBuild>(() => AfterClean(() => workspace.Remote("test", "//..."), _clean));
        _changed = new Lazy<FinishedBuild>(Change);
        _local = new Lazy<FinishedBuild>(() => AfterClean(() => workspace.Local("build", "--config=host", "//..."), _changed));
    }

    /// <summary>The first, of nothing but the sources; nothing is taken from the remote cache.</summary>
    public FinishedBuild Clean => _clean.Value;

    /// <summary>The second, after <c>bazel clean</c>.</summary>
    public FinishedBuild Cached => _cached.Value;

    /// <summary>The third: a source of the C++ library and words.txt have changed.</summary>
    public FinishedBuild Changed => _changed.Value;

    /// <summary>The same sources as the third, after <c>bazel clean</c>, by this machine's own processes, without a root.</summary>
    public FinishedBuild Local => _local.Value;

    private FinishedBuild AfterClean(Func<ProcessOutcome> build, Lazy<FinishedBuild>? earlier = null)
    {
        _ = earlier?.Value;
        _workspace.Local("clean").Expect();
        return Finish(build());
    }

    private FinishedBuild Change()
    {
        _ = _cached.Value;
        string source = _workspace["cc/greeting.cc"];
        File.WriteAllText(source, File.ReadAllText(source).Replace("return \"Hello, \" + name;", "return std::string(\"Hello, \").append(name);", StringComparison.Ordinal));
        File.AppendAllText(_workspace["actions/words.txt"], "echo\n");
        string log = _workspace["../execution.json"];
        return Finish(_workspace.Remote("test", "--execution_log_json_file=" + log, "//...")) with { Spawns = ExecutionLog.Read(log) };
    }

    private FinishedBuild Finish(ProcessOutcome outcome) => new(outcome.Expect(), OutputSnapshot.Take(_workspace["bazel-bin"]), []);
}
