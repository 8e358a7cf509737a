using System.CommandLine;
using System.Text;
using System.Text.Json;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot push</c>.</summary>
internal sealed class PushCommand : VRootCommand
{
    private readonly Argument<string> _directory = new("DIR") { Description = "The directory that becomes the input root" };
    private readonly Option<bool> _skipSpecial = new("--skip-special-files") { Description = "Leave out sockets, FIFOs and devices, which a CAS cannot hold, instead of refusing the tree" };

    public PushCommand()
        : base(
            "push",
            "Uploads a directory tree; prints the root's digest, alone, on standard output",
            "ROOT=$(vroot push rootfs)                        into the embedded CAS",
            "vroot push --cas grpc://cas:8980 rootfs          into a remote one",
            "vroot push --output json rootfs | jq .root       with what was read and sent")
    {
        Arguments.Add(_directory);
        Options.Add(_skipSpecial);
        Common.AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        string directory = parse.GetRequiredValue(_directory);
        CommonSettings settings = Common.Read(parse);
        if (!Directory.Exists(directory))
        {
            throw CliException.Usage($"{PrintableText.Of(directory)} is no directory: name the tree to push");
        }

        await using OpenedCas cas = OpenedCas.Open(settings, new ErrorLogger(settings.LogLevel));
        UploadOptions options = new() { SkipSpecialFiles = parse.GetValue(_skipSpecial), DigestFunction = await ChooseFunctionAsync(cas, signals.Token) };
        UploadResult result = await UploadTerminal.RunAsync(
            directory, progress => TreeUploader.UploadAsync(directory, cas.Session.Sink, options, progress, signals.Token));
        Write(result, settings.Json);
        return ExitCode.Done;
    }

    // SHA-256, unless the server says that it has only others.
    private static async Task<DigestFunction> ChooseFunctionAsync(OpenedCas cas, CancellationToken cancellationToken)
    {
        if (cas.Session.Connection is not { } connection)
        {
            return DigestFunction.Sha256;
        }

        CasCapabilities capabilities = await connection.GetCapabilitiesAsync(cancellationToken);
        return capabilities.DigestFunctions.Contains(DigestFunction.Sha256) ? DigestFunction.Sha256
            : capabilities.DigestFunctions.Count > 0 ? capabilities.DigestFunctions[0]
            : throw new CliException($"{connection.Address} has only digest functions that vroot cannot compute: {string.Join(", ", capabilities.AnnouncedDigestFunctions)}");
    }

    private static void Write(UploadResult result, bool asJson)
    {
        using Stream output = Console.OpenStandardOutput();
        if (!asJson)
        {
            output.Write(Encoding.ASCII.GetBytes(result.Root + "\n"));
            return;
        }

        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("root", result.Root.ToString());
            json.WriteNumber("files", result.Totals.Files);
            json.WriteNumber("fileBytes", result.Totals.FileBytes);
            json.WriteNumber("directories", result.Totals.Directories);
            json.WriteNumber("symlinks", result.Totals.Symlinks);
            json.WriteNumber("skipped", result.Totals.Skipped);
            json.WriteNumber("blobsSent", result.Totals.BlobsSent);
            json.WriteNumber("bytesSent", result.Totals.BytesSent);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        line.WriteTo(output);
    }
}
