using System.CommandLine;
using VirtualRoot.CasServer;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot cas serve</c>.</summary>
internal sealed class CasServeCommand : VRootCommand
{
    private readonly ListenOptionSet _listen = new();
    private readonly Option<string> _directory = new("--dir") { HelpName = "DIR", Description = "Where blobs are kept [default: the embedded CAS of --cache]" };

    public CasServeCommand()
        : base(
            "serve",
            "Serves a CAS and action cache (REAPI v2) until a signal; prints its addresses once it listens",
            "vroot cas serve                                       on 127.0.0.1:8980",
            "vroot cas serve --listen unix:/run/vroot/cas.sock --dir /srv/cas --max-size 100G",
            "vroot cas serve --listen grpcs://0.0.0.0:8980 --server-cert cas.pem --server-key cas.key")
    {
        _listen.AddTo(this);
        _listen.AddBoundTo(this);
        Options.Add(_directory);
        Common.AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        CommonSettings settings = Common.Read(parse);
        string directory = Path.GetFullPath(parse.GetValue(_directory) ?? OpenedCas.EmbeddedDirectory(settings.CacheDirectory));
        CasServerOptions options = _listen.Read(new CommandSettings(parse), directory, settings, new ErrorLogger(settings.LogLevel));
        await using CasServerHost host = await CasServerHost.StartAsync(options, cancellationToken: signals.Token);
        ListenOptionSet.Announce(host.Addresses, settings.Json);
        await Task.Delay(Timeout.Infinite, signals.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return ExitCode.OfSignal(signals.Received);
    }
}
