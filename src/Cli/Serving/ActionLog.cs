using System.Globalization;
using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;

namespace VirtualRoot.Cli.Serving;

/// <summary>What the worker did for one action, and when: a server log of its response, if the action failed.</summary>
internal sealed class ActionLog
{
    private const string Name = "worker";

    private readonly StringBuilder _text = new();

    /// <summary>Where the action runs; null: nowhere yet.</summary>
    public string? Root { get; set; }

    /// <summary>Takes a line down.</summary>
    public void Add(string line) => _text.Append(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:O} {line}\n");

    /// <summary>The run with the log, which is in the CAS then; a success as it is.</summary>
    public async Task<ActionRun> AddToAsync(ActionRun run, DigestFunction function, IBlobSink sink, CancellationToken cancellationToken)
    {
        // A CAS that was away a moment ago would be waited for once more.
        if (run is { Status.Code: StatusCode.OK, Result.ExitCode: 0 } or { Status.Code: StatusCode.Unavailable })
        {
            return run;
        }

        Add($"status {run.Status.Code}: {run.Status.Message}");
        byte[] bytes = Encoding.UTF8.GetBytes(_text.ToString());
        Digest digest = DigestHasher.Compute(function, bytes);
        try
        {
            await sink.StoreAsync([new BlobUpload(digest, bytes)], cancellationToken);
            return run with { ServerLogs = new Dictionary<string, ServerLogFile> { [Name] = new(digest, IsHumanReadable: true) } };
        }
        catch (CasException exception)
        {
            return run with { Message = $"{run.Message}\nthe worker's log could not be stored: {exception.Message}".Trim() };
        }
    }
}
