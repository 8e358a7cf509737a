using System.Collections.Concurrent;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Descriptors.Tests.Support;

/// <summary>One root for all uses, pushed once: the tools as Debian installed them and the uses. All uses run in one mount for each privilege.</summary>
public sealed class DescriptorMachine : IDisposable
{
    private static readonly string[] s_packages =
    [
        "dash", "bash", "coreutils", "findutils", "grep", "sed", "tar", "gzip", "diffutils", "util-linux", "bsdutils", "git", "make", "gcc", "g++", "libc6-dev",
        "clang", "lld", "nodejs", "python3", "perl-base", "sqlite3", "rsync", "openssl", "gawk", "busybox-static", "patch", "m4", "jq", "bzip2", "xz-utils",
    ];

    // What they depend on, and no use needs.
    private static readonly string[] s_without =
    [
        "perl", "libperl5.36", "liberror-perl", "ca-certificates", "debconf", "libnss3", "init-system-helpers", "lsb-base", "media-types", "tzdata", "adduser", "passwd",
        "openssh-client", "libcurl3-gnutls", "llvm-14", "llvm-14-dev",
    ];

    private static readonly string[] s_withoutPaths =
    [
        "/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/locale/", "/usr/share/lintian/", "/usr/include/node/", "/usr/lib/node_modules/",
        "/usr/lib/gcc/x86_64-linux-gnu/12/lto", "/usr/bin/x86_64-linux-gnu-lto-dump", "/usr/lib/x86_64-linux-gnu/libclang-14.so", "/usr/lib/x86_64-linux-gnu/gconv/",
        "/usr/share/gitweb/", "/usr/lib/python3/dist-packages/",
    ];

    private readonly FuseDeviceForAll _devFuse = new();
    private readonly TestDirectory _directory = new();
    private readonly RootTree _tree;
    private readonly string _tool;
    private readonly string _digest;
    private readonly ServedCas _cas;
    private readonly ConcurrentDictionary<(Privilege, bool), Lazy<IReadOnlyDictionary<string, Observation>>> _seen = new();

    public DescriptorMachine()
    {
        _tool = PublishedTool.Find(_directory);
        _tree = new RootTree(_directory["root"]);
        IReadOnlyList<string> files = DebianPackages.FilesOf(s_packages, s_without);
        _tree.AddInPlace(files.Where(path => !Array.Exists(s_withoutPaths, prefix => path.StartsWith(prefix, StringComparison.Ordinal))));
        _tree.AddText("/etc/passwd", "root:x:0:0:root:/:/bin/bash\n").AddText("/etc/group", "root:x:0:\n").AddLink("/usr/bin/awk", "gawk")
            .AddDirectory("/work").Add(Uses.Folder, "/uses");
        ProcessCommand push = new(_tool, ["push", "--cache", _directory["cache"], _tree.Path]);
        _digest = ChildProcess.Run(push, TimeSpan.FromMinutes(4)).Expect().Output.Trim();
        _cas = new ServedCas(_tool, _directory["cache"]);
        foreach (string mountPoint in (string[])["/proc", "/dev", "/tmp"])
        {
            _tree.AddDirectory(mountPoint);
        }
    }

    /// <summary>What every use did, in the virtual root or in a plain chroot of the same tree with the machine's own /proc and /dev. Run once.</summary>
    public IReadOnlyDictionary<string, Observation> Seen(Privilege privilege, bool isVirtual) =>
        _seen.GetOrAdd((privilege, isVirtual), key => new(() => Observe(key.Item1, key.Item2))).Value;

    /// <summary>Mounts the root for <paramref name="script"/>, a bash script outside it, which finds its path in $root, the
    /// daemon's number in $daemon, and runs commands in it by the function inside.</summary>
    public ProcessOutcome WhileMounted(string script)
    {
        string home = _directory.Create("mounted-" + Guid.NewGuid().ToString("N")[..8]);
        const string Mount = """
            mkdir root && root=$PWD/root
            "$2" mount --cache "$3" "$4" "$root" >out 2>err & daemon=$!
            for i in $(seq 600); do grep -q . out && break; sleep 0.1; done
            inside() { /usr/bin/env -i PATH=/usr/bin:/bin /usr/sbin/chroot "$root" /usr/bin/bash -c "$1"; }
            expected=0
            eval "$1"
            for i in $(seq 300); do umount "$root" 2>/dev/null && break; sleep 0.1; done
            wait $daemon
            ended=$?
            [ $ended = $expected ] || { cat err; echo "the daemon ended with $ended"; exit 1; }
            """;
        return Run(home, uid: null, "/usr/bin/bash", ["-c", Mount, "bash", script, _tool, _directory["cache"], _digest]);
    }

    public void Dispose()
    {
        _cas.Dispose();
        _directory.Dispose();
        _devFuse.Dispose();
    }

    private IReadOnlyDictionary<string, Observation> Observe(Privilege privilege, bool isVirtual)
    {
        // The tree shares its files with the machine's own packages: nobody may write to it.
        const string Enter = """
            mount --rbind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --rbind /proc "$1/proc" && mount --rbind /dev "$1/dev" &&
            mount --bind "$2/work" "$1/work" && mount --bind "$2/tmp" "$1/tmp" && tree=$1 && shift 2 &&
            exec env -i PATH=/usr/bin:/bin HOME=/ /usr/sbin/chroot "$tree" "$@"
            """;
        const string Outside = "printf 'outside\\ninput\\n' >input; log=$PWD/log; exec \"$@\" <input 2>>\"$log\"";
        uint? uid = privilege == Privilege.User ? PublishedTool.OrdinaryUid : null;
        string name = $"{(isVirtual ? "virtual" : "plain")}-{privilege}";
        string home = _directory.Create(name, uid);
        _directory.Create(name + "/work", uid);
        _directory.Create(name + "/tmp", uid);
        string[] drive = ["/usr/bin/bash", "-c", "cd /work && exec python3 -I /uses/drive.py \"$@\"", "drive", .. Uses.Files.Select(file => "/uses/" + file)];
        string[] cas = uid is null ? ["--cache", _directory["cache"]] : ["--cache", home + "/cache", "--cas", _cas.Address];
        string[] command = isVirtual
            ? [_tool, "run", .. cas, "--special", "synthesized", "--workdir", "/work", "--env", "PATH=/usr/bin:/bin", _digest, "--", .. drive]
            : ["/usr/bin/unshare", uid is null ? "-m" : "-Urm", "--propagation", "private", "/bin/sh", "-c", Enter, "sh", _tree.Path, home, .. drive];
        ProcessOutcome outcome = Run(home, uid, "/bin/sh", ["-c", Outside, "sh", .. command]);
        return outcome.ExitCode == 0 ? Uses.Parse(outcome.Output) : throw new InvalidOperationException($"{outcome}\n{File.ReadAllText(Path.Combine(home, "log"))}");
    }

    private static ProcessOutcome Run(string home, uint? uid, string program, string[] arguments)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = home, ["XDG_RUNTIME_DIR"] = home, ["TMPDIR"] = home };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            environment["DOTNET_ROOT"] = dotnet;
        }

        return ChildProcess.Run(new ProcessCommand(program, arguments) { Environment = environment, Uid = uid, WorkingDirectory = home }, TimeSpan.FromMinutes(8));
    }
}
