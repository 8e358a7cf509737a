using Prometheus;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>Metrics that are the figures of other parts, read at each scrape; nothing is counted twice on a hot path.</summary>
internal sealed class SampledMetrics
{
    private readonly Lock _gate = new();
    private readonly List<Action<WorkerStatus>> _readings = [];

    public SampledMetrics(MetricFactory make)
    {
        AddExecution(make);
        AddFuse(make);
        AddBlobs(make);
        AddCache(make);
        AddProcess(make);
    }

    /// <summary>Reads them all.</summary>
    public void Take(WorkerStatus status)
    {
        lock (_gate)
        {
            _readings.ForEach(read => read(status));
        }
    }

    private void AddExecution(MetricFactory make)
    {
        Gauge info = make.CreateGauge("vroot_build_info", "Always 1; the label tells the version.", "version");
        Gauge up = make.CreateGauge("vroot_serving", "1 while actions are taken, 0 while draining or without the mount.");
        Gauge slots = make.CreateGauge("vroot_slots", "Actions that may run at once.");
        Gauge running = make.CreateGauge("vroot_actions_running", "Actions that have a slot.");
        Gauge queued = make.CreateGauge("vroot_actions_queued", "Actions that wait for a slot.");
        Counter merged = make.CreateCounter("vroot_actions_merged_total", "Requests that joined an equal action under way.");
        Gauge roots = make.CreateGauge("vroot_roots", "Roots that are there, also those being removed.");
        info.WithLabels(StatusJson.Version).Set(1);
        _readings.Add(status =>
        {
            ExecutionStatistics execution = status.Execution;
            up.Set(status.Health == WorkerHealth.Serving ? 1 : 0);
            slots.Set(execution.Slots);
            running.Set(execution.Running);
            queued.Set(execution.Queued);
            merged.IncTo(execution.Merged);
            roots.Set(status.Roots);
        });
    }

    private void AddFuse(MetricFactory make)
    {
        Counter requests = make.CreateCounter("vroot_fuse_requests_total", "Requests of the kernel.", "opcode");
        Counter errors = make.CreateCounter("vroot_fuse_errors_total", "Requests answered by an errno; ENOENT of a lookup is one, too.", "opcode");
        Counter read = make.CreateCounter("vroot_fuse_read_bytes_total", "Bytes that READ answered.");
        Counter written = make.CreateCounter("vroot_fuse_written_bytes_total", "Bytes that WRITE brought.");
        Counter deferred = make.CreateCounter("vroot_fuse_deferred_total", "Requests that were not answered at once: what they asked for was fetched, or read from a disk.");
        _readings.Add(status =>
        {
            FuseStatisticsSnapshot fuse = status.Fuse;
            SetAll(requests, fuse.Requests);
            SetAll(errors, fuse.Errors);
            read.IncTo(fuse.BytesRead);
            written.IncTo(fuse.BytesWritten);
            deferred.IncTo(fuse.Deferred);
        });
    }

    private void AddBlobs(MetricFactory make)
    {
        Counter fetched = make.CreateCounter("vroot_cas_fetched_total", "Blobs brought from the CAS and verified: files, or directories.", "kind");
        Counter bytes = make.CreateCounter("vroot_cas_fetched_bytes_total", "Their bytes, uncompressed.", "kind");
        Counter hits = make.CreateCounter("vroot_cache_hits_total", "Files and directories that were in the cache on disk.", "kind");
        Counter calls = make.CreateCounter("vroot_cas_calls_total", "Calls of the CAS that read.", "call");
        Counter retries = make.CreateCounter("vroot_cas_retries_total", "Attempts after a failure that may pass.");
        Counter corrupt = make.CreateCounter("vroot_cas_corrupt_total", "Transfers whose bytes did not match their digest.");
        Counter uploaded = make.CreateCounter("vroot_cas_uploaded_total", "Blobs sent to the CAS.");
        Counter uploadedBytes = make.CreateCounter("vroot_cas_uploaded_bytes_total", "Their bytes, uncompressed.");
        _readings.Add(status =>
        {
            BlobStatisticsSnapshot blobs = status.Blobs;
            fetched.WithLabels("file").IncTo(blobs.BlobsFetched);
            fetched.WithLabels("directory").IncTo(blobs.DirectoriesFetched);
            bytes.WithLabels("file").IncTo(blobs.BytesFetched);
            bytes.WithLabels("directory").IncTo(blobs.DirectoryBytesFetched);
            hits.WithLabels("file").IncTo(blobs.CacheHits);
            hits.WithLabels("directory").IncTo(blobs.DirectoryCacheHits);
            calls.WithLabels("BatchReadBlobs").IncTo(blobs.Batches);
            calls.WithLabels("Read").IncTo(blobs.Streams);
            calls.WithLabels("GetTree").IncTo(blobs.TreeCalls);
            retries.IncTo(blobs.Retries);
            corrupt.IncTo(blobs.CorruptBlobs);
            uploaded.IncTo(blobs.BlobsUploaded);
            uploadedBytes.IncTo(blobs.BytesUploaded);
        });
    }

    private void AddCache(MetricFactory make)
    {
        Gauge blobs = make.CreateGauge("vroot_cache_blobs", "Blobs in the cache.");
        Gauge bytes = make.CreateGauge("vroot_cache_bytes", "Bytes that they take on disk.");
        Gauge limit = make.CreateGauge("vroot_cache_limit_bytes", "Bytes that they may take.");
        Gauge memory = make.CreateGauge("vroot_cache_memory_bytes", "Bytes of memory that hold contents of small files, or directories.", "kind");
        Counter evictions = make.CreateCounter("vroot_cache_evictions_total", "Blobs that had to go.");
        Counter evicted = make.CreateCounter("vroot_cache_evicted_bytes_total", "Bytes that they gave back.");
        Counter damaged = make.CreateCounter("vroot_cache_damaged_total", "Blobs dropped since their size or bytes were wrong.");
        _readings.Add(status =>
        {
            BlobStoreStatistics cache = status.Cache;
            blobs.Set(cache.Blobs);
            bytes.Set(cache.Bytes);
            limit.Set(status.CacheLimit);
            memory.WithLabels("file").Set(status.ContentBytesInMemory);
            memory.WithLabels("directory").Set(status.DirectoryBytesInMemory);
            evictions.IncTo(cache.Evictions);
            evicted.IncTo(cache.EvictedBytes);
            damaged.IncTo(cache.Damaged);
        });
    }

    private void AddProcess(MetricFactory make)
    {
        // The names that Prometheus' own clients give them, so that dashboards know them.
        Gauge descriptors = make.CreateGauge("process_open_fds", "Number of open file descriptors.");
        Gauge most = make.CreateGauge("process_max_fds", "Maximum number of open file descriptors.");
        Gauge resident = make.CreateGauge("process_resident_memory_bytes", "Resident memory size in bytes.");
        Counter cpu = make.CreateCounter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
        Gauge start = make.CreateGauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.");
        Gauge heap = make.CreateGauge("vroot_managed_heap_bytes", "Bytes of the managed heap.");
        Gauge live = make.CreateGauge("vroot_managed_live_bytes", "Bytes of the managed heap that the last full collection found in use; 0: there was none yet.");
        using (System.Diagnostics.Process self = System.Diagnostics.Process.GetCurrentProcess())
        {
            start.Set(new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        }

        _readings.Add(_ =>
        {
            descriptors.Set(WorkerStatus.OpenDescriptors);
            most.Set(WorkerStatus.MaxDescriptors ?? double.PositiveInfinity);
            resident.Set(Environment.WorkingSet);
            cpu.IncTo(Environment.CpuUsage.TotalTime.TotalSeconds);
            heap.Set(GC.GetTotalMemory(forceFullCollection: false));
            live.Set(WorkerStatus.LiveBytes);
        });
    }

    private static void SetAll(Counter counter, IReadOnlyDictionary<FuseOpcode, long> counts)
    {
        foreach ((FuseOpcode opcode, long count) in counts)
        {
            counter.WithLabels(WorkerMetrics.NameOf(opcode)).IncTo(count);
        }
    }
}
