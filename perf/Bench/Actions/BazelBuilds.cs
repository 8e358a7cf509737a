using System.Diagnostics;
using System.Globalization;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bench.Actions;

/// <summary>500 small actions by Debian's Bazel: on endpoints, and in Bazel's own sandbox of this machine.</summary>
internal static class BazelBuilds
{
    private const string Bazel = "/usr/bin/bazel";
    private const int Actions = 500;
    private const int SharedFiles = 50;

    private const string Rule = """
        def _made(ctx):
            out = ctx.actions.declare_file(ctx.label.name + ".out")
            ctx.actions.run(
                outputs = [out],
                inputs = ctx.files.srcs,
                executable = ctx.executable.busybox,
                arguments = ["sh", "-c", "while read line; do echo $line; done < $1 > $2", "sh", ctx.files.srcs[0].path, out.path],
            )
            return [DefaultInfo(files = depset([out]))]

        made = rule(
            implementation = _made,
            attrs = {
                "srcs": attr.label_list(allow_files = True),
                "busybox": attr.label(default = "//:tools/busybox", executable = True, cfg = "host", allow_single_file = True),
            },
        )
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    public static void Run(string directory, IReadOnlyList<ActionEndpoint> endpoints)
    {
        if (!File.Exists(Bazel))
        {
            throw new FileNotFoundException("the 500 actions are built by Debian's Bazel: apt-get install bazel-bootstrap", Bazel);
        }

        string workspace = MakeWorkspace(Path.Combine(directory, "workspace"));
        string[] startup = ["--output_user_root=" + Path.Combine(directory, "bazel"), "--max_idle_secs=120"];
        List<(string Name, string[] Options, List<double> Times)> builds =
        [
            ("Bazel's sandbox, linux-sandbox", ["--spawn_strategy=linux-sandbox"], []),
            ("Bazel's sandbox, processwrapper-sandbox", ["--spawn_strategy=processwrapper-sandbox"], []),
            .. endpoints.Select(static endpoint => (endpoint.Name, new[] { "--spawn_strategy=remote", "--jobs=8", "--noremote_accept_cached", "--remote_executor=" + endpoint.Address }, new List<double>())),
        ];
        try
        {
            builds.RemoveAll(build => !IsPossible(workspace, startup, build.Name, build.Options)); // which is the first, cold run of each, too
            for (int round = 0; round < ActionComparison.Rounds; round++)
            {
                foreach ((string name, string[] options, List<double> times) in builds)
                {
                    Execute(workspace, [.. startup, "clean"]).Expect();
                    long started = Stopwatch.GetTimestamp();
                    ProcessOutcome outcome = Execute(workspace, [.. startup, "build", "--color=no", "--curses=no", .. options, "//..."]).Expect();
                    times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
                    Check(outcome, name);
                }
            }
        }
        finally
        {
            Execute(workspace, [.. startup, "shutdown"]);
        }

        double own = builds.Where(static build => build.Name.StartsWith("Bazel", StringComparison.Ordinal)).Min(static build => Figures.Median(build.Times));
        Console.WriteLine();
        Console.WriteLine("| `bazel build` of 500 actions, after `bazel clean` | median | fastest | to Bazel's sandbox |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((string name, _, List<double> times) in builds)
        {
            Console.WriteLine($"| {name} | {Figures.Time(Figures.Median(times))} | {Figures.Time(times.Min())} | {Figures.Ratio(Figures.Median(times), own)} |");
        }
    }

    private static bool IsPossible(string workspace, string[] startup, string name, string[] options)
    {
        Execute(workspace, [.. startup, "clean"]).Expect();
        ProcessOutcome outcome = Execute(workspace, [.. startup, "build", "--color=no", "--curses=no", .. options, "//..."]);
        if (outcome.ExitCode == 0)
        {
            return true;
        }

        Console.WriteLine($"left out: {name}: {outcome.Error.Split('\n').FirstOrDefault(static line => line.StartsWith("ERROR", StringComparison.Ordinal))}");
        return false;
    }

    private static void Check(ProcessOutcome outcome, string name)
    {
        string kind = name.StartsWith("Bazel", StringComparison.Ordinal) ? "sandbox" : "remote";
        if (!outcome.Error.Contains(string.Create(CultureInfo.InvariantCulture, $"{Actions} "), StringComparison.Ordinal) || !outcome.Error.Contains(kind, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{name}: not all of {Actions} actions ran there: {outcome.Error}");
        }
    }

    private static ProcessOutcome Execute(string workspace, string[] arguments) =>
        ChildProcess.Run(new ProcessCommand(Bazel, arguments) { WorkingDirectory = workspace }, s_limit);

    private static string MakeWorkspace(string workspace)
    {
        Directory.CreateDirectory(Path.Combine(workspace, "src"));
        Directory.CreateDirectory(Path.Combine(workspace, "tools"));
        File.WriteAllText(Path.Combine(workspace, "WORKSPACE"), string.Empty);
        File.WriteAllText(Path.Combine(workspace, "defs.bzl"), Rule);
        File.Copy("/bin/busybox", Path.Combine(workspace, "tools/busybox"), overwrite: true);
        List<string> build = ["load(\":defs.bzl\", \"made\")", "filegroup(name = \"shared\", srcs = glob([\"src/shared*\"]))"];
        for (int file = 0; file < SharedFiles; file++)
        {
            File.WriteAllText(Path.Combine(workspace, string.Create(CultureInfo.InvariantCulture, $"src/shared{file}")), string.Create(CultureInfo.InvariantCulture, $"shared {file}\n"));
        }

        for (int action = 0; action < Actions; action++)
        {
            File.WriteAllText(Path.Combine(workspace, string.Create(CultureInfo.InvariantCulture, $"src/own{action}")), string.Create(CultureInfo.InvariantCulture, $"own {action}\n"));
            build.Add(string.Create(CultureInfo.InvariantCulture, $"made(name = \"made{action}\", srcs = [\"src/own{action}\", \":shared\"])"));
        }

        File.WriteAllLines(Path.Combine(workspace, "BUILD"), build);
        return workspace;
    }
}
