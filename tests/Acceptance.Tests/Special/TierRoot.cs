using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary>A root with busybox and a program that asks statfs and fstatfs for file system types, and programs that make it hard
/// for vroot.</summary>
public sealed class TierRoot : IDisposable
{
    // "PATH statfs fstatfs", types in hexadecimal, or an errno with a minus.
    private const string Types = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <sys/statfs.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
            for (int i = 1; i < argc; i++) {
                struct statfs named, opened;
                int failed = statfs(argv[i], &named) ? -errno : 0, fd = open(argv[i], O_PATH);
                int late = fstatfs(fd, &opened) ? -errno : 0;
                failed ? printf("%s %d", argv[i], failed) : printf("%s %lx", argv[i], (long)named.f_type);
                late ? printf(" %d\n", late) : printf(" %lx\n", (long)opened.f_type);
                close(fd);
            }
            return 0;
        }
        """;

    // A process has one listener at most: vroot-init can then not install its own.
    private const string Listening = """
        #include <linux/filter.h>
        #include <linux/seccomp.h>
        #include <stdio.h>
        #include <sys/prctl.h>
        #include <sys/syscall.h>
        #include <sys/wait.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
            int status = 0;
            struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
            struct sock_fprog program = { 1, &allow };
            int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
            pid_t child = argc < 2 || fd < 0 ? -1 : fork();
            if (child == 0)
                execv(argv[1], argv + 1);
            return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 99;
        }
        """;

    private readonly TestDirectory _directory = new();

    public TierRoot()
    {
        RootTree tree = new(_directory["root"]);
        string work = _directory.Create("work");
        tree.Add(Roots.InputRoots.BusyBox, Roots.InputRoots.BusyBox);
        foreach (string applet in (string[])["sh", "cat", "ls", "readlink", "sleep", "mkdir", "stat", "head", "id"])
        {
            tree.AddLink("/bin/" + applet, "busybox");
        }

        tree.Add(CProgram.Compile(Types, work, "fs-types"), "/bin/fs-types");
        Listener = CProgram.Compile(Listening, work, "listening");
        if (File.Exists(TemporaryFiles))
        {
            // Its libraries' privates are in a directory of systemd's own.
            tree.AddProgram(TemporaryFiles).AddText("/conf", "d /run/made 0750 - - -\nf /run/made/file 0640 - - - text\n").AddDirectory("/run").AddDirectory("/etc")
                .AddText("/etc/passwd", "root:x:0:0::/:/bin/sh\n").AddText("/etc/group", "root:x:0:\n");
        }

        Tree = tree;
    }

    public const string TemporaryFiles = "/usr/bin/systemd-tmpfiles";

    /// <summary>A program that listens to seccomp notifications while its arguments run.</summary>
    public string Listener { get; }

    public RootTree Tree { get; }

    /// <summary>Pushes it, for <paramref name="user"/>.</summary>
    public PushedRoot PushFor(VRootUser user) => Push(user, Tree);

    public static PushedRoot Push(VRootUser user, RootTree tree)
    {
        using TestDirectory cache = new();
        ProcessCommand push = user.Plain("push", "--cas", user.Cas, "--cache", cache.Path, tree.Path) with { Uid = null };
        return new PushedRoot(tree, ChildProcess.Run(push, TimeSpan.FromMinutes(2)).Expect().Output.Trim());
    }

    /// <summary>Whether this machine's kernel lets a user mount a procfs in namespaces of their own.</summary>
    public static bool AllowsProcfs(VRootUser user)
    {
        string[] namespaces = user.Privilege == Privilege.User ? ["-Urmpf"] : ["-mpf"];
        return ChildProcess.Run(user.Program("/usr/bin/unshare", [.. namespaces, "/bin/mount", "-t", "proc", "proc", "/proc"]), TimeSpan.FromSeconds(30)).ExitCode == 0;
    }

    public void Dispose() => _directory.Dispose();
}
