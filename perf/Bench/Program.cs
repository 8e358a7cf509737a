namespace VirtualRoot.Bench;

/// <summary>
/// Measures VirtualRoot against a plain directory on the same disk. The process that serves a mount never touches it:
/// <c>vroot-bench child</c> does, on orders read from standard input.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["child"]:
                ChildLoop.Run();
                return 0;
            case ["all", string vroot, string workDirectory]:
                Machine.Print();
                await FileOperations.RunAsync(workDirectory);
                await WriteOperations.RunAsync(workDirectory);
                await CommandTimes.RunAsync(vroot, workDirectory);
                return 0;
            case ["writes", string workDirectory]:
                Machine.Print();
                await WriteOperations.RunAsync(workDirectory);
                return 0;
            case ["files", string workDirectory]:
                Machine.Print();
                await FileOperations.RunAsync(workDirectory);
                return 0;
            case ["commands", string vroot, string workDirectory]:
                Machine.Print();
                await CommandTimes.RunAsync(vroot, workDirectory);
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: vroot-bench all VROOT DIR | files DIR | writes DIR | commands VROOT DIR   (see perf/run)");
                return 2;
        }
    }
}
