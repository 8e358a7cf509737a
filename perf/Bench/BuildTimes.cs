using System.Globalization;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Bench;

/// <summary>
/// <c>make -j2</c> of libxml2 (44 units), compiler and headers in the root: chrooted by <c>vroot run</c>, and in a plain chroot of the same
/// tree with a plain directory as /work, in turns. Each times itself, from make's start to its end.
/// </summary>
internal static class BuildTimes
{
    private const int Windows = 3;
    private const string Make = "s=$(date +%s%N) && make -s -j2 -C /work/libxml -f /work/libxml2.mk && e=$(date +%s%N) && echo $((e - s))";
    private const string Clean = "make -s -j2 -C /work/libxml -f /work/libxml2.mk && rm /work/libxml/*.o /work/libxml/*.a /work/libxml/xmllint";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    public static void Run(string vroot, string workDirectory)
    {
        RootTree tree = MakeRoot(Path.Combine(workDirectory, "toolchain"));
        string stored = Path.Combine(workDirectory, "toolchain-cas");
        string digest = Execute(vroot, "push", "--cache", stored, tree.Path).Trim();
        foreach (string mountPoint in (string[])["/proc", "/dev", "/tmp"])
        {
            tree.AddDirectory(mountPoint);
        }

        using ServedCas server = new(vroot, stored);
        List<double>[] times = [[], [], [], []];
        for (int window = 0; window < Windows; window++)
        {
            times[0].Add(Plain(tree, workDirectory, $"{Clean} && {Make}"));
            times[1].Add(InRoot(vroot, ["--cache", stored], digest, $"{Clean} && {Make}"));
            DropCaches();
            times[2].Add(Plain(tree, workDirectory, Make));
            string cold = Directory.CreateDirectory(Path.Combine(workDirectory, $"cold-{window}")).FullName;
            DropCaches();
            times[3].Add(InRoot(vroot, ["--cache", cold, "--cas", server.Address], digest, Make));
            Directory.Delete(cold, recursive: true);
        }

        double[] medians = Array.ConvertAll(times, Figures.Median);
        Console.WriteLine();
        Console.WriteLine("| make -j2 of libxml2, 44 units, -O0 | plain chroot | vroot run | ratio | fastest of each |");
        Console.WriteLine("|---|---|---|---|---|");
        Row("warm", medians[0], medians[1], times[0].Min(), times[1].Min());
        Row("cold (kernel caches dropped; the root's own cache empty, CAS on loopback)", medians[2], medians[3], times[2].Min(), times[3].Min());
        Row("the same cold root against the warm plain chroot", medians[0], medians[3], times[0].Min(), times[3].Min());
    }

    private static RootTree MakeRoot(string path)
    {
        RootTree tree = new(path);
        string[] unused = ["/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/locale/"];
        tree.AddInPlace(DebianPackages.FilesOf(["dash", "coreutils", "make", "gcc", "libc6-dev"], without: [])
            .Where(file => !Array.Exists(unused, prefix => file.StartsWith(prefix, StringComparison.Ordinal))));
        tree.AddDirectory("/work").Add(Path.Combine(PublishedTool.Checkout(), "tests/Work.Tests/Jobs/libxml2.mk"), "/work/libxml2.mk");
        Execute("/usr/bin/tar", "-xzf", NpmSources.LibXml2, "-C", tree.Host("/work"), "--strip-components=2", "--no-same-owner", "package/vendor/libxml");
        return tree;
    }

    private static double InRoot(string vroot, string[] cas, string digest, string script) =>
        Nanoseconds(Execute(vroot, ["run", .. cas, "--env", "PATH=/usr/bin:/bin", digest, "--", "/bin/sh", "-c", script]));

    private static double Plain(RootTree tree, string workDirectory, string script)
    {
        // The tree shares its files with the machine's own packages: only /work, a copy, may be written.
        const string Enter = """
            cp -R "$1/work" "$2" && mount --rbind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --rbind /proc "$1/proc" &&
            mount --rbind /dev "$1/dev" && mount --bind "$2" "$1/work" && mount -t tmpfs none "$1/tmp" &&
            env -i PATH=/usr/bin:/bin HOME=/ /usr/sbin/chroot "$1" /bin/sh -c "$3"
            """;
        string work = Path.Combine(workDirectory, "plain-work");
        string output = Execute("/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-c", Enter, "sh", tree.Path, work, script);
        Directory.Delete(work, recursive: true);
        return Nanoseconds(output);
    }

    private static double Nanoseconds(string output) => double.Parse(output.Trim(), CultureInfo.InvariantCulture);

    private static void DropCaches()
    {
        Execute("/usr/bin/sync");
        File.WriteAllText("/proc/sys/vm/drop_caches", "3");
    }

    private static string Execute(string program, params string[] arguments) =>
        ChildProcess.Run(new ProcessCommand(program, arguments), s_limit).Expect().Output;

    private static void Row(string title, double plain, double root, double plainFastest, double rootFastest) => Console.WriteLine(
        $"| {title} | {Figures.Time(plain)} | {Figures.Time(root)} | {Figures.Ratio(root, plain)} | {Figures.Time(plainFastest)}, {Figures.Time(rootFastest)} |");
}
