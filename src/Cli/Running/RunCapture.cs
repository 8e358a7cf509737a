using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Running;

/// <summary>The capture of one run: prepared before the command starts, told when it did, asked for after its end.</summary>
internal sealed class RunCapture : IAsyncDisposable
{
    private readonly OutputCapture _outputs;
    private readonly TeedOutput? _stdout;
    private readonly TeedOutput? _stderr;
    private readonly DateTimeOffset _begin = DateTimeOffset.UtcNow;
    private DateTimeOffset? _started;
    private Task _passedOn = Task.CompletedTask;

    private RunCapture(RootRunOptions options, OutputCapture outputs)
    {
        _outputs = outputs;
        if (options.CaptureOutput)
        {
            _stdout = new TeedOutput(options.ScratchParent, 1);
            _stderr = new TeedOutput(options.ScratchParent, 2);
        }
    }

    /// <summary>The command's standard output; null: the caller's.</summary>
    public SafeFileHandle? Stdout => _stdout?.WriteEnd;

    /// <summary>The command's standard error; null: the caller's.</summary>
    public SafeFileHandle? Stderr => _stderr?.WriteEnd;

    /// <summary>What was captured.</summary>
    public CapturedRun? Captured { get; private set; }

    /// <summary>Why nothing was.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Checks what is asked for and makes the directories that lead there.</summary>
    /// <exception cref="OutputException">A path that REAPI forbids.</exception>
    /// <exception cref="CasException">An input directory cannot be had.</exception>
    public static async Task<RunCapture> PrepareAsync(RootRunOptions options, Root root, CancellationToken cancellationToken)
    {
        OutputCapture outputs = new(root, options.Outputs!);
        try
        {
            await outputs.PrepareAsync(cancellationToken);
            return new RunCapture(options, outputs);
        }
        catch
        {
            await outputs.DisposeAsync();
            throw;
        }
    }

    /// <summary>The command runs.</summary>
    public void Started()
    {
        _started = DateTimeOffset.UtcNow;
        _passedOn = Task.WhenAll(_stdout?.PassOnAsync() ?? Task.CompletedTask, _stderr?.PassOnAsync() ?? Task.CompletedTask);
    }

    /// <summary>Captures what the command left, however it ended.</summary>
    public async Task CaptureAsync(ActionOutcome outcome, CasSession cas, CancellationToken cancellationToken)
    {
        DateTimeOffset ended = DateTimeOffset.UtcNow;
        long begin = Stopwatch.GetTimestamp();
        BlobStatisticsSnapshot before = cas.Statistics.Snapshot();
        try
        {
            await _passedOn;
            CapturedOutputs captured = await _outputs.CaptureAsync(cas.Sink, _stdout?.Kept, _stderr?.Kept, cancellationToken);
            BlobStatisticsSnapshot after = cas.Statistics.Snapshot();
            Captured = new CapturedRun
            {
                Result = captured.Result with { ExitCode = outcome.ShellStatus, Metadata = MetadataOf(outcome, ended) },
                Warnings = captured.Warnings,
                Statistics = captured.Statistics,
                BlobsFetched = after.BlobsFetched - before.BlobsFetched,
                BlobsOpened = after.CacheHits - before.CacheHits,
                Time = Stopwatch.GetElapsedTime(begin),
            };
        }
        catch (Exception exception) when (exception is OutputException or CasException or ScratchException or IOException or OperationCanceledException)
        {
            Failure = exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _outputs.DisposeAsync();
        _stdout?.Dispose();
        _stderr?.Dispose();
    }

    private ExecutionMetadata MetadataOf(ActionOutcome outcome, DateTimeOffset ended) => new()
    {
        Worker = Environment.MachineName,
        Queued = _begin,
        WorkerStart = _begin,
        InputFetchStart = _begin,
        InputFetchCompleted = _started ?? ended,
        ExecutionStart = _started ?? ended,
        ExecutionCompleted = ended,
        VirtualExecutionDuration = outcome.WallTime,
        OutputUploadStart = ended,
        OutputUploadCompleted = DateTimeOffset.UtcNow,
        WorkerCompleted = DateTimeOffset.UtcNow,
    };
}
