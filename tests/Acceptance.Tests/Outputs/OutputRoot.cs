using VirtualRoot.Acceptance.Tests.Roots;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary>The root of these tests: busybox, coreutils' cp (which copies by copy_file_range), and inputs to make outputs of.</summary>
public sealed class OutputRoot : IDisposable
{
    public const int LargeBytes = 3 << 20;
    private readonly TestDirectory _directory = new();
    private readonly Lock _lock = new();
    private PushedRoot? _pushed;

    /// <summary>The root, in the machine's CAS.</summary>
    public PushedRoot In(Machine machine)
    {
        lock (_lock)
        {
            return _pushed ??= Push(machine);
        }
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Pushes the same tree somewhere else.</summary>
    public static PushedRoot PushTo(VRootUser user, PushedRoot root) => root with { Digest = user.Invoke("push", root.Tree.Path).Expect().Output.Trim() };

    private PushedRoot Push(Machine machine)
    {
        RootTree tree = new(_directory["tree"]);
        tree.Add(InputRoots.BusyBox, InputRoots.BusyBox).AddProgram("/usr/bin/cp")
            .AddText("/src/small", "a small input\n").AddText("/src/dir/one", "1\n").AddText("/src/dir/sub/two", "2\n").AddLink("/src/dir/link", "sub/two");
        foreach (string applet in (string[])["sh", "ln", "mkdir", "mv", "chmod", "touch", "mkfifo", "dd", "sleep", "rm"])
        {
            tree.AddLink("/bin/" + applet, "busybox");
        }

        byte[] large = new byte[LargeBytes];
        new Random(11).NextBytes(large);
        File.WriteAllBytes(tree.Host("/src/large"), large);
        using VRootUser user = new(machine, Privilege.Root);
        return PushTo(user, new PushedRoot(tree, string.Empty));
    }
}
