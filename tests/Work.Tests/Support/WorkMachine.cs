using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Work.Tests.Support;

/// <summary>One root for all jobs, pushed once: the tools as Debian installed them, the jobs' scripts and their inputs.</summary>
public sealed class WorkMachine : IDisposable
{
    private static readonly string[] s_packages =
    [
        "dash", "bash", "coreutils", "findutils", "grep", "sed", "tar", "gzip", "diffutils", "util-linux", "git", "make", "gcc", "libc6-dev", "cmake",
        "ninja-build", "golang-go", "openjdk-17-jdk-headless", "nodejs", "python3", "sqlite3", "dpkg", "rsync",
    ];

    // Where another packager's nodejs brings it, and where it renews itself.
    private const string Npm = "/usr/lib/node_modules/npm";

    // What they depend on, and no job uses.
    private static readonly string[] s_without =
    [
        "perl", "perl-base", "libperl5.36", "liberror-perl", "ca-certificates", "ca-certificates-java", "java-common", "debconf", "openssl",
        "libnss3", "libcups2", "init-system-helpers", "lsb-base", "media-types", "tzdata", "adduser", "passwd", "g++",
        "openssh-client", "libcurl3-gnutls", "golang-1.19-doc",
    ];

    private static readonly string[] s_withoutPaths =
    [
        "/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/locale/", "/usr/share/lintian/", "/usr/share/go-1.19/test/",
        "/usr/share/go-1.19/api/", "/usr/share/go-1.19/src/cmd/", "/usr/include/node/", Npm + "/", "/usr/lib/jvm/java-17-openjdk-amd64/jmods/",
        "/usr/lib/jvm/java-17-openjdk-amd64/legal/", "/usr/lib/go-1.19/pkg/linux_amd64_race/", "/usr/lib/gcc/x86_64-linux-gnu/12/lto",
        "/usr/bin/x86_64-linux-gnu-lto-dump",
    ];

    private readonly FuseDeviceForAll _devFuse = new();
    private readonly TestDirectory _directory = new();
    private readonly RootTree _tree;
    private readonly string _tool;
    private readonly string _digest;
    private readonly ServedCas _cas;

    public WorkMachine()
    {
        _tool = PublishedTool.Find(_directory);
        _tree = new RootTree(_directory["root"]);
        IReadOnlyList<string> files = DebianPackages.FilesOf(s_packages, s_without);
        _tree.AddInPlace(files.Where(path => !Array.Exists(s_withoutPaths, prefix => path.StartsWith(prefix, StringComparison.Ordinal))));
        if (Directory.Exists(Npm))
        {
            _tree.Add(Npm, Npm);
        }
        else
        {
            _tree.AddInPlace(DebianPackages.FilesOf(["npm"], s_without));
        }

        _tree.AddText("/etc/passwd", "root:x:0:0:root:/:/bin/bash\n").AddText("/etc/group", "root:x:0:\n")
            .AddDirectory("/work").AddDirectory("/inputs").Add(Path.Combine(AppContext.BaseDirectory, "Jobs"), "/jobs")
            .Add(NpmSources.LibXml2, "/inputs/libxmljs2.tgz");
        File.Move(_tree.Host("/jobs/libxml2.mk"), _tree.Host("/inputs/libxml2.mk"));
        File.Move(_tree.Host("/jobs/document.xml"), _tree.Host("/inputs/document.xml"));
        ManyFiles.Write(_tree.Host("/inputs/many.tar"));
        ProcessCommand push = new(_tool, ["push", "--cache", _directory["cache"], _tree.Path]);
        _digest = ChildProcess.Run(push, TimeSpan.FromMinutes(4)).Expect().Output.Trim();
        _cas = new ServedCas(_tool, _directory["cache"]);
        foreach (string mountPoint in (string[])["/proc", "/dev", "/tmp"])
        {
            _tree.AddDirectory(mountPoint);
        }
    }

    /// <summary>Runs a job by <c>vroot run</c>, as root on the CAS that was pushed to, else from a served one with an empty cache.</summary>
    public ProcessOutcome InVirtualRoot(Privilege privilege, string job)
    {
        uint? uid = privilege == Privilege.User ? PublishedTool.OrdinaryUid : null;
        string home = _directory.Create($"virtual-{job}-{privilege}", uid);
        string[] cas = uid is null ? ["--cache", _directory["cache"]] : ["--cache", home + "/cache", "--cas", _cas.Address];
        return Run(home, uid, _tool, ["run", .. cas, "--workdir", "/work", "--env", "PATH=/usr/bin:/bin", _digest, "--", .. Script(job)]);
    }

    /// <summary>Runs it chrooted in the same tree, with a plain directory as /work and /tmp, and the machine's own /proc and /dev.</summary>
    public ProcessOutcome InPlainChroot(Privilege privilege, string job)
    {
        // The tree shares its files with the machine's own packages: nobody may write to it.
        const string Enter = """
            mount --rbind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --rbind /proc "$1/proc" && mount --rbind /dev "$1/dev" &&
            mount --bind "$2/work" "$1/work" && mount --bind "$2/tmp" "$1/tmp" && tree=$1 && shift 2 &&
            exec env -i PATH=/usr/bin:/bin HOME=/ /usr/sbin/chroot "$tree" "$@"
            """;
        uint? uid = privilege == Privilege.User ? PublishedTool.OrdinaryUid : null;
        string home = _directory.Create($"plain-{job}-{privilege}", uid);
        _directory.Create($"plain-{job}-{privilege}/work", uid);
        _directory.Create($"plain-{job}-{privilege}/tmp", uid);
        string namespaces = uid is null ? "-m" : "-Urm";
        return Run(home, uid, "/usr/bin/unshare", [namespaces, "--propagation", "private", "/bin/sh", "-c", Enter, "sh", _tree.Path, home, .. Script(job)]);
    }

    public void Dispose()
    {
        _cas.Dispose();
        _directory.Dispose();
        _devFuse.Dispose();
    }

    private static string[] Script(string job) => ["/usr/bin/bash", "-c", $". /jobs/environment.sh; . /jobs/{job}.sh"];

    private static ProcessOutcome Run(string home, uint? uid, string program, string[] arguments)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = home, ["XDG_RUNTIME_DIR"] = home, ["TMPDIR"] = home };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            environment["DOTNET_ROOT"] = dotnet;
        }

        return ChildProcess.Run(new ProcessCommand(program, arguments) { Environment = environment, Uid = uid, WorkingDirectory = home }, TimeSpan.FromMinutes(5));
    }
}
