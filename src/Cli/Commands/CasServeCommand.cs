using System.CommandLine;
using System.Text;
using System.Text.Json;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Grpc;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot cas serve</c>.</summary>
internal sealed class CasServeCommand : VRootCommand
{
    private const string DefaultAddress = "grpc://127.0.0.1:8980";

    private readonly Option<string[]> _listen = new("--listen")
    {
        HelpName = "ADDRESS",
        Description = $"grpc://HOST:PORT (port 0: any free one), grpcs://HOST:PORT, unix:PATH; any number of times [default: {DefaultAddress}]",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _directory = new("--dir") { HelpName = "DIR", Description = "Where blobs are kept [default: the embedded CAS of --cache]" };
    private readonly Option<string> _maxSize = new("--max-size") { HelpName = "SIZE", Description = "Bound; what was used longest ago goes first [default: --cache-size]" };
    private readonly Option<string> _certificate = new("--server-cert") { HelpName = "FILE", Description = "PEM file of the server's certificate, for grpcs" };
    private readonly Option<string> _key = new("--server-key") { HelpName = "FILE", Description = "PEM file of its key" };

    public CasServeCommand()
        : base(
            "serve",
            "Serves a CAS and action cache (REAPI v2) until a signal; prints its addresses once it listens",
            "vroot cas serve                                       on 127.0.0.1:8980",
            "vroot cas serve --listen unix:/run/vroot/cas.sock --dir /srv/cas --max-size 100G",
            "vroot cas serve --listen grpcs://0.0.0.0:8980 --server-cert cas.pem --server-key cas.key")
    {
        Options.Add(_listen);
        Options.Add(_directory);
        Options.Add(_maxSize);
        Options.Add(_certificate);
        Options.Add(_key);
        Common.AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        CommonSettings settings = Common.Read(parse);
        ErrorLogger logger = new(settings.LogLevel);
        CasServerOptions options = new()
        {
            Addresses = parse.GetValue(_listen) is { Length: > 0 } addresses ? addresses : [DefaultAddress],
            Storage = new BlobStoreOptions
            {
                Directory = Path.GetFullPath(parse.GetValue(_directory) ?? OpenedCas.EmbeddedDirectory(settings.CacheDirectory)),
                MaxBytes = ReadMaxSize(parse, settings),
                Durable = true,
                Logger = logger,
            },
            Tls = ReadTls(parse),
            Logger = logger,
        };
        await using CasServerHost host = await CasServerHost.StartAsync(options, cancellationToken: signals.Token);
        Announce(host.Addresses, settings.Json);
        await Task.Delay(Timeout.Infinite, signals.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return ExitCode.OfSignal(signals.Received);
    }

    private long ReadMaxSize(ParseResult parse, CommonSettings settings)
    {
        if (parse.GetValue(_maxSize) is not { } text)
        {
            return settings.CacheSize;
        }

        return ByteSize.TryParse(text, out long bytes) && bytes >= 1 << 20
            ? bytes
            : throw CliException.Usage($"--max-size: '{text}' is not a size of at least 1M: write 512M, 10G or a number of bytes");
    }

    private GrpcTlsOptions? ReadTls(ParseResult parse) =>
        (parse.GetValue(_certificate), parse.GetValue(_key)) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => new GrpcTlsOptions { CertificateFile = certificate, KeyFile = key },
            _ => throw CliException.Usage("--server-cert and --server-key belong together: give both"),
        };

    private static void Announce(IReadOnlyList<string> addresses, bool asJson)
    {
        using Stream output = Console.OpenStandardOutput();
        if (!asJson)
        {
            output.Write(Encoding.UTF8.GetBytes(string.Join('\n', addresses) + "\n"));
            return;
        }

        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("addresses");
            foreach (string address in addresses)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
