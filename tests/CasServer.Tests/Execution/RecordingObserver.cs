using System.Collections.Concurrent;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Writes down what it is told, a line each.</summary>
internal sealed class RecordingObserver : IExecutionObserver, IServerCallObserver
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Method, StatusCode Status, long Received, long Sent)> _calls = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public IReadOnlyList<(string Method, StatusCode Status, long Received, long Sent)> Calls => [.. _calls];

    public ExecutionMetadata? Metadata { get; private set; }

    public void RunEnded(StatusCode status, int? exitCode, ExecutionMetadata metadata)
    {
        Metadata = metadata;
        _lines.Enqueue($"run {status} {exitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}");
    }

    public void CacheAsked(bool found) => _lines.Enqueue(found ? "hit" : "miss");

    public void Refused(StatusCode status) => _lines.Enqueue($"refused {status}");

    public void Ended(string method, StatusCode status, long received, long sent) => _calls.Enqueue((method, status, received, sent));
}
