using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Grpc;

namespace VirtualRoot.Cli.Commands;

/// <summary>Where a server listens: the options that <c>serve</c> and <c>cas serve</c> share.</summary>
internal sealed class ListenOptionSet
{
    private const string DefaultAddress = "grpc://127.0.0.1:8980";

    private readonly Option<string[]> _listen = new("--listen")
    {
        HelpName = "ADDRESS",
        Description = $"HOST:PORT or grpc://HOST:PORT (port 0: any free one), grpcs://HOST:PORT, unix:PATH; any number of times [default: {DefaultAddress}]",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _maxSize = new("--max-size") { HelpName = "SIZE", Description = "Bound; what was used longest ago goes first [default: --cache-size]" };
    private readonly Option<string> _certificate = new("--server-cert") { HelpName = "FILE", Description = "PEM file of the server's certificate, for grpcs" };
    private readonly Option<string> _key = new("--server-key") { HelpName = "FILE", Description = "PEM file of its key" };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_listen);
        command.Options.Add(_certificate);
        command.Options.Add(_key);
    }

    /// <summary>Adds the bound of a store that is the server's own.</summary>
    public void AddBoundTo(Command command) => command.Options.Add(_maxSize);

    /// <summary>The server's options.</summary>
    /// <param name="own">What was written.</param>
    /// <param name="directory">Where blobs are.</param>
    /// <param name="settings">The bound, where none is stated.</param>
    /// <param name="logger">Where to log.</param>
    /// <exception cref="CliException">An option means nothing.</exception>
    public CasServerOptions Read(CommandSettings own, string directory, CommonSettings settings, ErrorLogger logger) => new()
    {
        Addresses = own.FindAll(_listen) is { Count: > 0 } addresses ? [.. addresses.Select(static address => WithScheme(address.Text))] : [DefaultAddress],
        Storage = new BlobStoreOptions
        {
            Directory = directory,
            MaxBytes = ReadMaxSize(own, settings),
            Durable = true,
            Logger = logger,
        },
        Tls = ReadTls(own),
        Logger = logger,
    };

    /// <summary>Prints the addresses, and behind them the status listener's: the server listens now.</summary>
    public static void Announce(IReadOnlyList<string> addresses, bool asJson, string? status = null)
    {
        using Stream output = Console.OpenStandardOutput();
        if (!asJson)
        {
            output.Write(Encoding.UTF8.GetBytes(string.Join('\n', status is null ? addresses : [.. addresses, status]) + "\n"));
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
            if (status is not null)
            {
                json.WriteString("status", status);
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    // HOST:PORT, as every other server takes it.
    private static string WithScheme(string address) =>
        !address.Contains('/', StringComparison.Ordinal) && ushort.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? "grpc://" + address
            : address;

    private long ReadMaxSize(CommandSettings own, CommonSettings settings)
    {
        if (own.Find(_maxSize) is not { } size)
        {
            return settings.CacheSize;
        }

        return ByteSize.TryParse(size.Text, out long bytes) && bytes >= 1 << 20
            ? bytes
            : throw CliException.Usage($"{size.Origin}: '{PrintableText.Of(size.Text)}' is not a size of at least 1M: write 512M, 10G or a number of bytes");
    }

    private GrpcTlsOptions? ReadTls(CommandSettings own) =>
        (own.Find(_certificate)?.Text, own.Find(_key)?.Text) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => new GrpcTlsOptions { CertificateFile = certificate, KeyFile = key },
            _ => throw CliException.Usage("--server-cert and --server-key belong together: give both"),
        };
}
