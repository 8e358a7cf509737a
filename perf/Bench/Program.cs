using VirtualRoot.Bench.Actions;

namespace VirtualRoot.Bench;

/// <summary>
/// Measures VirtualRoot against a plain directory on the same disk. The process that serves a mount never touches it:
/// <c>vroot-bench child</c> does, on orders read from standard input.
/// </summary>
internal static class Program
{
    private const string Usage = "usage: vroot-bench SUBJECT VROOT DIR   (see perf/run)   or: vroot-bench actions all|rows|true|bazel VROOT DIR   or: vroot-bench endpoint ENDPOINT CAS INSTANCE DIR   (see perf/actions)";

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["child"])
        {
            ChildLoop.Run();
            return 0;
        }

        switch (arguments)
        {
            case ["endpoint", string address, string cas, string instance, string directory]:
                Machine.Print();
                await ActionComparison.RunAsync(directory, address, cas, instance);
                return 0;
            case ["actions", "true", string tool, string directory]:
                Machine.Print();
                await ActionComparison.RunTrueAsync(tool, directory);
                return 0;
            case ["actions", "all" or "rows" or "bazel", string tool, string directory]:
                Machine.Print();
                await ActionComparison.RunAsync(tool, directory, rows: arguments[1] != "bazel", builds: arguments[1] != "rows");
                return 0;
        }

        if (arguments is not [string subject, string vroot, string workDirectory])
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        (string Name, Func<Task> Measure)[] subjects =
        [
            ("files", () => FileOperations.RunAsync(workDirectory)),
            ("writes", () => WriteOperations.RunAsync(workDirectory)),
            ("special", () => SpecialOperations.RunAsync(workDirectory)),
            ("build", () => Task.Run(() => BuildTimes.Run(vroot, workDirectory))),
            ("capture", () => CaptureTimes.RunAsync(vroot, workDirectory)),
            ("roots", () => RootTimes.RunAsync(workDirectory)),
            ("commands", () => CommandTimes.RunAsync(vroot, workDirectory)),
        ];
        Func<Task>[] chosen = [.. subjects.Where(known => subject == "all" || subject == known.Name).Select(known => known.Measure)];
        if (chosen.Length == 0)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        Machine.Print();
        foreach (Func<Task> measure in chosen)
        {
            await measure();
        }

        return 0;
    }
}
