using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Serve.Tests;

/// <summary>Debian's Bazel as the client: Meroton's reproduction of bb-remote-execution #115, without /usr/bin/env, without
/// docker-compose, without sudo.</summary>
[Collection(ServeCollection.Name)]
public sealed class BazelTests(SharedWorker shared)
{
    private const string Tool = """
        #include <dirent.h>
        #include <stdio.h>
        int main(int argc, char **argv)
        {
            FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;
            DIR *self = opendir("/proc/self");
            if (!out || !self) {
                perror("/proc/self");
                return 1;
            }
            for (struct dirent *entry; (entry = readdir(self));)
                fprintf(out, "%s\n", entry->d_name);
            return fclose(out);
        }
        """;

    private const string Rule = """
        def _run(ctx):
            out = ctx.actions.declare_file(ctx.label.name + ".txt")
            ctx.actions.run(outputs = [out], executable = ctx.executable.tool, arguments = [out.path])
            return [DefaultInfo(files = depset([out]))]

        run_binary = rule(
            implementation = _run,
            attrs = {"tool": attr.label(executable = True, cfg = "host", allow_single_file = True)},
        )
        """;

    private const string Build = """
        load(":defs.bzl", "run_binary")
        run_binary(name = "introspection", tool = "ls-proc")
        """;

    // Bazel itself takes half a minute to start on two busy cores.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    [NeedsFuseFact("/usr/bin/bazel")]
    public void Introspection_OfAStaticTool_ListsProcSelf()
    {
        using TestDirectory directory = new();
        string workspace = directory.Create("workspace");
        directory.Write("workspace/WORKSPACE", "");
        directory.Write("workspace/defs.bzl", Rule);
        directory.Write("workspace/BUILD", Build);
        CProgram.Compile(Tool, workspace, "ls-proc");
        string[] arguments =
        [
            "--output_user_root=" + directory["bazel"], "--batch", "build", "--spawn_strategy=remote", "--color=no", "--curses=no",
            "--remote_executor=" + shared.Worker.Address,
            "--remote_default_exec_properties=OSFamily=linux",
            "--remote_default_exec_properties=container-image=docker://any",
            "//:introspection",
        ];
        ProcessCommand bazel = new("/usr/bin/bazel", arguments) { WorkingDirectory = workspace };
        ProcessOutcome first = ChildProcess.Run(bazel, s_limit).Expect();
        string[] names = File.ReadAllLines(Path.Combine(workspace, "bazel-bin/introspection.txt"));
        ChildProcess.Run(bazel with { Arguments = [.. arguments[..2], "clean"] }, s_limit).Expect();
        ProcessOutcome again = ChildProcess.Run(bazel, s_limit).Expect();

        Assert.Contains("1 remote.", first.Error, StringComparison.Ordinal);
        Assert.Contains("1 remote cache hit", again.Error, StringComparison.Ordinal);
        string[] missing = [.. new[] { "exe", "cwd", "root", "fd", "maps", "status", "cmdline", "mountinfo" }.Except(names)];
        Assert.Empty(missing);
    }
}
