using System.CommandLine;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Outputs;
using VirtualRoot.Cli.Running;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Outputs;
using VirtualRoot.Special;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot run</c>.</summary>
internal sealed class RunCommand : VRootCommand
{
    private readonly Argument<string> _digest = DigestArgument.Create();
    private readonly Argument<string[]> _command = new("COMMAND") { Description = "The command and its arguments, behind --", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _environment = new("--env", "-e")
    {
        HelpName = "NAME[=VALUE]",
        Description = "A variable of the command; without =VALUE the value that it has here; any number of times [default: PATH, HOME=/]",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _inherit = new("--inherit-env") { Description = "Pass this whole environment on" };
    private readonly Option<string> _directory = new("--workdir", "-w") { HelpName = "DIR", Description = "Working directory in the root [default: /]" };
    private readonly Option<string[]> _limits = ResourceLimitText.Option("each process of the command", "those of this process");
    private readonly RootOptionSet _root = new();
    private readonly OutputOptionSet _outputs = new("tree");
    private readonly Option<bool> _captureOutput = new("--capture-output") { Description = "Put standard output and standard error into the result, too; they are shown all the same" };
    private readonly Option<string> _statistics = new("--stats") { HelpName = "FILE", Description = "Write statistics there, as JSON" };

    public RunCommand()
        : base(
            "run",
            "Runs a command chrooted in an input root; its exit status is the command's",
            "vroot run $ROOT -- /bin/sh -c 'ls -l /proc/self/exe'",
            "vroot run --cas grpc://cas:8980 -e GOCACHE=/tmp/go -w /src $ROOT -- go build .",
            "vroot run -w /src --output out --result result.json $ROOT -- make; jq .outputDirectories result.json",
            "vroot run --stats stats.json $ROOT -- true; jq .fetched stats.json",
            "vroot run --trace-special trace.txt $ROOT -- make; grep ^run trace.txt     what makes the result vary")
    {
        Arguments.Add(_digest);
        Arguments.Add(_command);
        Options.Add(_environment);
        Options.Add(_inherit);
        Options.Add(_directory);
        Options.Add(_limits);
        _root.AddTo(this);
        _root.AddTraceTo(this);
        _outputs.AddTo(this);
        Options.Add(_captureOutput);
        Options.Add(_statistics);
        Common.AddSpecialOfAction(this).AddCas(this).AddCache(this).AddGeneralWithoutFormat(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        Digest root = DigestArgument.Read(parse, _digest);
        CommonSettings settings = Common.Read(parse);
        ErrorLogger logger = new(settings.LogLevel);
        MountPlace.Enter();
        CommandSettings own = new(parse);
        string scratch = MountPlace.Prepare(settings, _root.ReadScratch(own), logger);
        MachineLimits limits = _root.ReadLimits(own);
        SpecialText.RequireWholeMachine(settings.Special, limits);
        string workingDirectory = ReadDirectory(parse);
        string? result = _outputs.ReadResult(parse);
        OutputRequest outputs = _outputs.Read(parse, workingDirectory, OutputDirectoryFormat.TreeOnly);
        RequireResult(outputs, result, parse.GetValue(_captureOutput));
        SpecialTraceFile? trace = _root.ReadTrace(own);
        RootRunOptions options = new()
        {
            Root = _root.ReadRoot(own, root),
            Command = parse.GetRequiredValue(_command),
            Environment = CommandEnvironment.Build(parse.GetValue(_environment) ?? [], CommandEnvironment.OfCaller(), parse.GetValue(_inherit)),
            WorkingDirectory = workingDirectory,
            Special = trace is null ? settings.Special : SpecialText.Traceable(settings.Special),
            StatfsAnswers = settings.StatfsAnswers,
            Limits = limits,
            ProcessLimits = ResourceLimitText.Read([], (parse.GetValue(_limits) ?? []).Select(text => new SettingValue(text, _limits.Name))),
            Trace = trace?.Trace,
            ScratchParent = scratch,
            Outputs = result is null ? null : outputs,
            CaptureOutput = parse.GetValue(_captureOutput),
            Logger = logger,
        };
        string? statistics = parse.GetValue(_statistics) is { } file ? Path.GetFullPath(file) : null;
        await using OpenedCas cas = OpenedCas.Open(settings, logger);
        RootRunResult run = await RootRun.RunAsync(options, cas.Session, signals);
        Tell(run);
        trace?.Write();
        if (result is not null)
        {
            WriteResult(result, run);
        }

        if (statistics is not null)
        {
            await WriteStatisticsAsync(statistics, root, run, cas.Session, logger);
        }

        return run.ExitStatus;
    }

    private static void Tell(RootRunResult run)
    {
        if (run.Outcome.Message is { } message)
        {
            StandardError.WriteLine(message);
        }

        if (run.Written.WasReached)
        {
            StandardError.Tell("the root's quota was used up, so that something met ENOSPC: raise --quota-bytes or --quota-inodes");
        }

        foreach (CasException failure in run.InputFailures)
        {
            StandardError.Tell($"an input could not be had: {failure.Message}");
        }

        foreach (string warning in run.Captured?.Warnings ?? [])
        {
            StandardError.Tell(warning);
        }
    }

    // A result for want of an input would be taken for the action's.
    private static void WriteResult(string path, RootRunResult run)
    {
        if (run.CaptureFailure is { } failure)
        {
            string why = failure is OperationCanceledException ? "a signal came" : failure.Message.ReplaceLineEndings("; ");
            StandardError.Tell($"the outputs could not be captured: {why}");
        }
        else if (run.InputFailureCount > 0)
        {
            StandardError.Tell("no result is written, since an input could not be had");
        }
        else
        {
            ResultFile.Write(path, run.Captured!.Result);
        }
    }

    private static void RequireResult(OutputRequest outputs, string? result, bool captureOutput)
    {
        if (result is null && (captureOutput || outputs.Paths.Count + outputs.Files.Count + outputs.Directories.Count > 0))
        {
            throw CliException.Usage("outputs are asked for, and nothing tells them: add --result FILE");
        }
    }

    // Outside the command's time, and never the reason why a run fails.
    private static async Task WriteStatisticsAsync(string path, Digest root, RootRunResult run, CasSession cas, ErrorLogger logger)
    {
        TreeTotals? totals = null;
        try
        {
            totals = await TreeTotals.ComputeAsync(root, cas.Directories, cas.Limits, CancellationToken.None);
        }
        catch (CasException exception)
        {
            logger.NoTotals(exception.Message);
        }

        await using FileStream output = File.Create(path);
        RunStatistics.Write(output, root, run, totals);
    }

    private string ReadDirectory(ParseResult parse)
    {
        string directory = parse.GetValue(_directory) ?? "/";
        return directory.StartsWith('/')
            ? directory
            : throw CliException.Usage($"--workdir: '{PrintableText.Of(directory)}' is not absolute: it is a path in the root, such as /src");
    }
}
