using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Tools.Tests.Support;

/// <summary>The Debian root of all cases: tools as their packages installed them on this machine, and what a system's installer writes to /etc.</summary>
internal static class ToolRoot
{
    // Where another packager's nodejs brings it, and where it renews itself.
    private const string Npm = "/usr/lib/node_modules/npm";

    private static readonly string[] s_packages =
    [
        "dash", "bash", "coreutils", "findutils", "grep", "sed", "gawk", "mawk", "diffutils", "patch", "file", "jq", "bc", "hostname",
        "tar", "gzip", "bzip2", "xz-utils", "zstd", "pigz", "zip", "unzip", "rsync", "dpkg", "sqlite3", "curl", "openssl", "openssh-client",
        "util-linux", "bsdutils", "procps", "psmisc", "lsof", "libc-bin", "passwd", "login", "libpam-modules", "libpam-runtime",
        "systemd", "udev", "gcc", "g++", "libc6-dev", "clang", "lld", "gdb", "make", "cmake", "ninja-build", "autoconf", "m4", "flex", "bison",
        "git", "perl", "python3", "nodejs", "golang-go", "rustc", "cargo", "openjdk-17-jdk-headless",
    ];

    // What they depend on, and no case uses.
    private static readonly string[] s_without =
    [
        "ca-certificates-java", "java-common", "debconf", "libcups2", "init-system-helpers", "lsb-base", "media-types", "tzdata", "golang-1.19-doc",
    ];

    private static readonly string[] s_withoutPaths =
    [
        "/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/locale/", "/usr/share/lintian/", "/usr/share/go-1.19/test/", "/usr/share/go-1.19/api/",
        "/usr/include/node/", Npm + "/", "/usr/lib/jvm/java-17-openjdk-amd64/legal/",
        "/usr/lib/go-1.19/pkg/linux_amd64_race/", "/usr/bin/x86_64-linux-gnu-lto-dump", "/usr/lib/udev/hwdb.d/", "/lib/udev/hwdb.d/", "/usr/share/i18n/", "/usr/share/bash-completion/",
    ];

    /// <summary>Fills <paramref name="tree"/>.</summary>
    public static void Build(RootTree tree)
    {
        tree.AddInPlace(DebianPackages.FilesOf(s_packages, s_without)
            .Where(path => !Array.Exists(s_withoutPaths, prefix => path.StartsWith(prefix, StringComparison.Ordinal))));
        if (Directory.Exists(Npm))
        {
            tree.Add(Npm, Npm);
        }
        else
        {
            tree.AddInPlace(DebianPackages.FilesOf(["npm"], s_without));
        }

        AddConfiguration(tree);
        foreach (string directory in (string[])["/work", "/run", "/root", "/var/tmp", "/var/lib", "/var/log"])
        {
            tree.AddDirectory(directory);
        }

        foreach (string name in (string[])["cases.py", "prelude.sh", "search.py"])
        {
            tree.Add(Path.Combine(AppContext.BaseDirectory, "InRoot", name), "/driver/" + name);
        }

        foreach (ToolCase tool in ToolCatalogue.Cases.Values)
        {
            tree.AddText("/cases/" + tool.Name, ". /driver/prelude.sh\n" + tool.Script);
        }
    }

    private static void AddConfiguration(RootTree tree)
    {
        foreach (string service in (string[])["auth", "account", "password", "session", "session-noninteractive"])
        {
            string kind = service.Split('-')[0];
            tree.AddText("/etc/pam.d/common-" + service, $"{kind} required pam_permit.so\n");
        }

        tree.AddText("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/sh\n")
            .AddText("/etc/group", "root:x:0:\nnogroup:x:65534:\n")
            .AddText("/etc/shadow", "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n")
            .AddText("/etc/gshadow", "root:*::\nnogroup:*::\n")
            .AddText("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\n")
            .AddLink("/usr/bin/awk", "mawk").AddLink("/usr/bin/cc", "gcc").AddLink("/usr/bin/c++", "g++");
        if (!Path.Exists(tree.Host("/usr/bin/busybox")))
        {
            tree.Add("/bin/busybox", "/usr/bin/busybox");
        }
    }
}
