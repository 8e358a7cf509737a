using VirtualRoot.Building;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>A worker as its status listener sees it: figures that are there anyway, read when somebody asks.</summary>
internal sealed class WorkerStatus(BuildDirectory build, CasServerHost host, OpenedCas cas, WorkerActionRunner runner)
{
    private const string Descriptors = "/proc/self/fd";
    private const string Limits = "/proc/self/limits";
    private const string DescriptorLimit = "Max open files";

    /// <summary>Where actions run.</summary>
    public string Directory => build.Path;

    /// <summary>The addresses that clients call.</summary>
    public IReadOnlyList<string> Addresses => host.Addresses;

    /// <summary>Slots, and what was counted of actions.</summary>
    public ExecutionStatistics Execution => host.Execution!;

    /// <summary>The actions that have a slot.</summary>
    public IReadOnlyList<PendingAction> Running => host.Running;

    /// <summary>Roots that are there.</summary>
    public int Roots => build.List().Count;

    /// <summary>Requests of the kernel.</summary>
    public FuseStatisticsSnapshot Fuse => build.Statistics.Snapshot();

    /// <summary>What was fetched from the CAS and sent to it.</summary>
    public BlobStatisticsSnapshot Blobs => cas.Session.Statistics.Snapshot();

    /// <summary>What the cache holds.</summary>
    public BlobStoreStatistics Cache => cas.Store.Statistics;

    /// <summary>How much it may hold.</summary>
    public long CacheLimit => cas.Store.MaxBytes;

    /// <summary>Bytes of memory that hold contents of files, which saves opening them.</summary>
    public long ContentBytesInMemory => cas.Session.ContentBytesInMemory;

    /// <summary>Bytes of memory that hold directories.</summary>
    public long DirectoryBytesInMemory => cas.Session.DirectoryBytesInMemory;

    /// <summary>Whether actions are taken. A mount that was detached lazily lives on for the actions that run in it, so that the
    /// device tells nothing: the table of mounts does.</summary>
    public WorkerHealth Health => build.Completion.IsCompleted || !MountEntry.ReadAll().Any(mount => mount.MountPoint == build.Path) ? WorkerHealth.Unmounted
        : host.IsDraining ? WorkerHealth.Draining
        : WorkerHealth.Serving;

    /// <summary>Descriptors that this process has open.</summary>
    public static int OpenDescriptors => System.IO.Directory.EnumerateFileSystemEntries(Descriptors).Count();

    /// <summary>Bytes of the managed heap that the last full collection found in use; 0: there was none yet.</summary>
    public static long LiveBytes
    {
        get
        {
            GCMemoryInfo blocking = GC.GetGCMemoryInfo(GCKind.FullBlocking), background = GC.GetGCMemoryInfo(GCKind.Background);
            GCMemoryInfo last = background.Index > blocking.Index ? background : blocking;
            return last.HeapSizeBytes - last.FragmentedBytes;
        }
    }

    /// <summary>How many it may have; null: there is no bound.</summary>
    public static long? MaxDescriptors
    {
        get
        {
            string line = File.ReadLines(Limits).First(static line => line.StartsWith(DescriptorLimit, StringComparison.Ordinal));
            return long.TryParse(line[DescriptorLimit.Length..].TrimStart().Split(' ')[0], out long limit) ? limit : null;
        }
    }

    /// <summary>The first of those that wait for a slot.</summary>
    public IReadOnlyList<PendingAction> Queued(int most) => host.Queued(most);

    /// <summary>The root of a running action; null: there is none yet.</summary>
    public string? RootOf(PreparedAction action) => runner.RootOf(action);
}
