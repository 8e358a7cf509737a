using VirtualRoot.Acceptance.Tests.Roots;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>What the tests share: the published tool, a CAS on loopback, and the roots that were pushed into it.</summary>
public sealed class Machine : IDisposable
{
    private readonly FuseDeviceForAll? _devFuse;
    private readonly TestDirectory _directory = new();
    private readonly Lazy<string> _tool;
    private readonly Lazy<ServedCas> _cas;
    private readonly Lazy<PushedRoot> _goRoot;
    private readonly Lazy<PushedRoot> _toolsRoot;
    private readonly Lazy<PushedRoot> _smallRoot;

    public Machine()
    {
        _devFuse = File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess ? new FuseDeviceForAll() : null;
        _tool = new Lazy<string>(() => PublishedTool.Find(_directory));
        _cas = new Lazy<ServedCas>(() => new ServedCas(Tool, _directory["cache"]));
        _goRoot = new Lazy<PushedRoot>(() => Push("go", InputRoots.BuildGo));
        _toolsRoot = new Lazy<PushedRoot>(() => Push("tools", InputRoots.BuildTools));
        _smallRoot = new Lazy<PushedRoot>(() => Push("small", InputRoots.BuildSmall));
    }

    /// <summary>The path of vroot, which every user may run.</summary>
    public string Tool => _tool.Value;

    /// <summary>The address of a <c>vroot cas serve</c>.</summary>
    public string Cas => _cas.Value.Address;

    /// <summary>Another server of the same blobs, to be stopped and started by one test.</summary>
    internal ServedCas ServeCas() => new(Tool, _directory["cache"]);

    /// <summary>Debian's Go, relocated to /opt/go, and busybox.</summary>
    public PushedRoot GoRoot => _goRoot.Value;

    /// <summary>A JDK relocated to /opt/jdk, rustc, node, python3, bash and small static programs.</summary>
    public PushedRoot ToolsRoot => _toolsRoot.Value;

    /// <summary>busybox and files of every kind.</summary>
    public PushedRoot SmallRoot => _smallRoot.Value;

    public void Dispose()
    {
        if (_cas.IsValueCreated)
        {
            _cas.Value.Dispose();
        }

        _devFuse?.Dispose();
        _directory.Dispose();
    }

    private PushedRoot Push(string name, Action<RootTree, string> build)
    {
        RootTree tree = new(_directory[name]);
        build(tree, _directory.Create(name + "-work"));
        ProcessCommand push = new(Tool, ["push", "--cache", _directory["cache"], tree.Path]);
        string digest = ChildProcess.Run(push, TimeSpan.FromMinutes(2)).Expect().Output.Trim();
        return new PushedRoot(tree, digest);
    }
}
