using System.CommandLine;
using System.Text.Json;
using VirtualRoot.Cli.Demo;
using VirtualRoot.Cli.Mounting;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Running;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot demo</c>.</summary>
internal sealed class DemoCommand : VRootCommand
{
    public DemoCommand()
        : base(
            "demo",
            "Shows the whole way on this machine: a CAS, a lazily fetched root, and a chrooted program that finds itself through /proc/self/exe",
            "vroot demo",
            "vroot demo --output json | jq .fetched")
    {
        Common.AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        CommonSettings settings = Common.Read(parse);
        ErrorLogger logger = new(settings.LogLevel);
        MountPlace.Enter();
        DemoOutcome outcome = await Demonstration.RunAsync(MountPlace.Prepare(settings, null, logger), logger, signals);
        if (settings.Json)
        {
            WriteJson(outcome);
        }
        else
        {
            WriteText(outcome);
        }

        if (outcome.Run.Outcome.Message is { } message)
        {
            StandardError.WriteLine(message);
        }

        foreach (CasClient.CasException failure in outcome.Run.InputFailures)
        {
            StandardError.Tell($"an input could not be had: {failure.Message}");
        }

        return outcome.FoundItself
            ? ExitCode.Done
            : throw new CliException($"the program did not find itself as {outcome.Program.PathInRoot} through /proc/self/exe (its status was {outcome.Run.ExitStatus}): run 'vroot doctor', and again with --verbose");
    }

    private static void WriteText(DemoOutcome outcome)
    {
        string by = UserNamespaceLauncher.IsInside ? "by mount(2) in a user namespace, without privileges" : "by mount(2)";
        using StreamWriter output = new(Console.OpenStandardOutput());
        output.WriteLine($"program   {outcome.Program.Origin}");
        output.WriteLine($"CAS       embedded, at {outcome.Cas}");
        output.WriteLine($"root      {outcome.Root}");
        output.WriteLine($"mounted   {by}; chrooted and ran: {string.Join(' ', [outcome.Program.PathInRoot, .. outcome.Program.Arguments])}");
        output.WriteLine();
        output.WriteLine(outcome.Output.TrimEnd());
        output.WriteLine();
        output.WriteLine($"fetched   {outcome.Run.Fetched.BlobsFetched} of {outcome.Totals.FileBlobs} file blobs, "
            + $"{ByteSize.Format(outcome.Run.Fetched.BytesFetched)} of {ByteSize.Format(outcome.Totals.FileBlobBytes)}; "
            + $"{outcome.Run.Fetched.DirectoriesFetched} of {outcome.Totals.DirectoryBlobs} directories");
        output.WriteLine($"requests  {outcome.Run.Fuse.TotalRequests} of the kernel; the command took {outcome.Run.CommandTime.TotalMilliseconds:0} ms");
        output.WriteLine("unmounted; nothing is left");
    }

    private static void WriteJson(DemoOutcome outcome)
    {
        using Stream output = Console.OpenStandardOutput();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("program", outcome.Program.Origin);
            json.WriteString("output", outcome.Output);
            json.WriteBoolean("foundItself", outcome.FoundItself);
            RunStatistics.WriteMembers(json, outcome.Root, outcome.Run, outcome.Totals);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
