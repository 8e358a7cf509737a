using System.CommandLine;
using VirtualRoot.Cli.Commands;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Running;

namespace VirtualRoot.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = VRootCommandLine.Create();

        // No @file expansion: an argument is what the caller wrote.
        ParseResult parse = root.Parse(CommandEnvironment.Exactly(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is not HelpWithExamples && CommandLineFaults.Describe(parse) is { } faults)
        {
            StandardError.Tell(faults);
            return ExitCode.Usage;
        }

        return await parse.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // TerminationSignals does it, and tells which signal it was.
        });
    }
}
