using Prometheus;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Grpc;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>
/// The metrics of a worker, for Prometheus. What is nowhere counted else is counted here, as it happens; the rest are the
/// counters of other parts, read at each scrape (<see cref="SampledMetrics"/>). Every label has few values: none is a client's.
/// </summary>
internal sealed class WorkerMetrics : IExecutionObserver, IServerCallObserver
{
    // From a warm `true` to an action that runs into its time limit.
    private static readonly double[] s_seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly SampledMetrics _sampled;
    private readonly Counter _actions;
    private readonly Counter _lookups;
    private readonly Counter _refused;
    private readonly Counter _tiers;
    private readonly Histogram _stages;
    private readonly Counter _calls;
    private readonly Counter _received;
    private readonly Counter _sent;

    public WorkerMetrics()
    {
        MetricFactory make = Metrics.WithCustomRegistry(_registry);
        _actions = make.CreateCounter("vroot_actions_total", "Actions that were run, by the status of their response and the command's end: zero, nonzero or none.", "status", "exit");
        _lookups = make.CreateCounter("vroot_action_cache_lookups_total", "Results asked of the action cache: hit or miss.", "result");
        _refused = make.CreateCounter("vroot_actions_refused_total", "Actions that were refused or given up before they had a slot.", "status");
        _tiers = make.CreateCounter("vroot_action_special_tier_total", "Commands started, by where their /proc and their statfs came from.", "tier");
        _stages = make.CreateHistogram(
            "vroot_action_stage_seconds", "Time that actions spent in each stage: queued, staging, execution, capture.", ["stage"], new HistogramConfiguration { Buckets = s_seconds });
        _calls = make.CreateCounter("vroot_grpc_calls_total", "Calls of this server's methods that have ended.", "method", "status");
        _received = make.CreateCounter("vroot_grpc_received_bytes_total", "Bytes of messages received by this server.", "method");
        _sent = make.CreateCounter("vroot_grpc_sent_bytes_total", "Bytes of messages sent by this server.", "method");
        _sampled = new SampledMetrics(make);
        _lookups.WithLabels("hit");
        _lookups.WithLabels("miss");
    }

    /// <summary>The content type of <see cref="ExportAsync"/>.</summary>
    public static string ContentType => PrometheusConstants.TextContentTypeWithVersionAndEncoding;

    /// <summary>An opcode as fuse.h has it, without its prefix.</summary>
    public static string NameOf(FuseOpcode opcode) => Enum.IsDefined(opcode) ? opcode.ToString() : "unknown";

    /// <summary>All metrics now, in Prometheus' text format.</summary>
    public async Task<ReadOnlyMemory<byte>> ExportAsync(WorkerStatus status, CancellationToken cancellationToken)
    {
        _sampled.Take(status);
        using MemoryStream text = new();
        await _registry.CollectAndExportAsTextAsync(text, cancellationToken);
        return text.ToArray();
    }

    public void RunEnded(StatusCode status, int? exitCode, ExecutionMetadata metadata)
    {
        _actions.WithLabels(NameOf(status), exitCode switch { null => "none", 0 => "zero", _ => "nonzero" }).Inc();
        Observe("queued", metadata.Queued, metadata.WorkerStart);
        Observe("staging", metadata.InputFetchStart, metadata.InputFetchCompleted);
        Observe("execution", metadata.ExecutionStart, metadata.ExecutionCompleted);
        Observe("capture", metadata.OutputUploadStart, metadata.OutputUploadCompleted);
    }

    public void CacheAsked(bool found) => _lookups.WithLabels(found ? "hit" : "miss").Inc();

    public void Refused(StatusCode status) => _refused.WithLabels(NameOf(status)).Inc();

    /// <summary>A command was started with special directories of this tier.</summary>
    public void TierTaken(string tier) => _tiers.WithLabels(tier).Inc();

    public void Ended(string method, StatusCode status, long received, long sent)
    {
        _calls.WithLabels(method, NameOf(status)).Inc();
        _received.WithLabels(method).Inc(received);
        _sent.WithLabels(method).Inc(sent);
    }

    private static string NameOf(StatusCode status) => Enum.IsDefined(status) ? status.ToString() : "Unknown";

    private void Observe(string stage, DateTimeOffset? start, DateTimeOffset? end)
    {
        // A clock that was set back meanwhile must not take from the sum.
        if (end - start is { } time)
        {
            _stages.WithLabels(stage).Observe(Math.Max(0, time.TotalSeconds));
        }
    }
}
