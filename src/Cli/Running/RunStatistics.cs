using System.Text.Json;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Tree;

namespace VirtualRoot.Cli.Running;

/// <summary>The JSON of <c>vroot run --stats</c>; docs/cli.md describes it.</summary>
internal static class RunStatistics
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="root">The input root.</param>
    /// <param name="run">The run.</param>
    /// <param name="totals">What the root holds; null where a directory of it could not be had.</param>
    public static void Write(Stream output, Digest root, RootRunResult run, TreeTotals? totals)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        WriteMembers(json, root, run, totals);
        json.WriteEndObject();
    }

    /// <summary>Writes its members into an object that has others, too.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Digest root, RootRunResult run, TreeTotals? totals)
    {
        json.WriteString("inputRoot", root.ToString());
        json.WriteNumber("exitStatus", run.ExitStatus);
        json.WriteNumber("signal", run.Outcome.Signal);
        json.WriteString("mount", run.Strategy.ToString().ToLowerInvariant());
        WriteSpecial(json, run.Special);
        WriteFuse(json, run);
        WriteFetched(json, run);
        WriteOutputs(json, run.Captured);
        WriteTotals(json, totals);
        WriteWritten(json, run.Written);
        json.WriteNumber("inputFailures", run.InputFailureCount);
        json.WriteStartObject("wallTimeSeconds");
        json.WriteNumber("mount", run.MountTime.TotalSeconds);
        json.WriteNumber("command", run.CommandTime.TotalSeconds);
        json.WriteNumber("unmount", run.UnmountTime.TotalSeconds);
        json.WriteEndObject();
        WriteUsage(json, run);
    }

    private static void WriteSpecial(Utf8JsonWriter json, SpecialSummary special)
    {
        json.WriteStartObject("special");
        json.WriteString("tier", special.Support.Tier);
        json.WriteString("proc", special.Proc);
        json.WriteString("sys", special.Sys);
        json.WriteString("dev", special.Dev);
        WriteOutcome(json, "procfs", special.Support.Proc);
        WriteOutcome(json, "statfs", special.Support.Statfs);
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, string name, Errno? errno)
    {
        if (errno is { } tried)
        {
            json.WriteString(name, tried == Errno.Success ? "ok" : tried.ToString());
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteFuse(Utf8JsonWriter json, RootRunResult run)
    {
        json.WriteStartObject("fuse");
        json.WriteNumber("total", run.Fuse.TotalRequests);
        WriteByOpcode(json, "requests", run.Fuse.Requests);
        WriteByOpcode(json, "errors", run.Fuse.Errors);
        json.WriteNumber("bytesRead", run.Fuse.BytesRead);
        json.WriteNumber("bytesWritten", run.Fuse.BytesWritten);
        json.WriteNumber("deferred", run.Fuse.Deferred);
        json.WriteEndObject();
    }

    private static void WriteByOpcode(Utf8JsonWriter json, string name, IReadOnlyDictionary<FuseOpcode, long> counts)
    {
        json.WriteStartObject(name);
        foreach ((FuseOpcode opcode, long count) in counts)
        {
            json.WriteNumber(opcode.ToString(), count);
        }

        json.WriteEndObject();
    }

    private static void WriteFetched(Utf8JsonWriter json, RootRunResult run)
    {
        json.WriteStartObject("fetched");
        json.WriteNumber("blobs", run.Fetched.BlobsFetched);
        json.WriteNumber("bytes", run.Fetched.BytesFetched);
        json.WriteNumber("directories", run.Fetched.DirectoriesFetched);
        json.WriteNumber("directoryBytes", run.Fetched.DirectoryBytesFetched);
        json.WriteNumber("cacheHits", run.Fetched.CacheHits);
        json.WriteNumber("retries", run.Fetched.Retries);
        json.WriteNumber("corruptBlobs", run.Fetched.CorruptBlobs);
        json.WriteEndObject();
    }

    private static void WriteWritten(Utf8JsonWriter json, RootQuota written)
    {
        json.WriteStartObject("written");
        json.WriteNumber("bytes", written.UsedBytes);
        json.WriteNumber("peakBytes", written.PeakBytes);
        json.WriteNumber("inodes", written.UsedInodes);
        json.WriteNumber("peakInodes", written.PeakInodes);
        json.WriteBoolean("quotaReached", written.WasReached);
        json.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter json, CapturedRun? captured)
    {
        if (captured is null)
        {
            json.WriteNull("outputs");
            return;
        }

        json.WriteStartObject("outputs");
        json.WriteNumber("knownFiles", captured.Statistics.KnownFiles);
        json.WriteNumber("hashedFiles", captured.Statistics.HashedFiles);
        json.WriteNumber("hashedBytes", captured.Statistics.HashedBytes);
        json.WriteNumber("hashedEarlier", captured.Statistics.HashedEarlier);
        json.WriteNumber("directories", captured.Statistics.Directories);
        json.WriteNumber("blobsSent", captured.Statistics.BlobsSent);
        json.WriteNumber("bytesSent", captured.Statistics.BytesSent);
        json.WriteNumber("blobsFetched", captured.BlobsFetched);
        json.WriteNumber("blobsOpened", captured.BlobsOpened);
        json.WriteNumber("seconds", captured.Time.TotalSeconds);
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, TreeTotals? totals)
    {
        if (totals is null)
        {
            json.WriteNull("root");
            return;
        }

        json.WriteStartObject("root");
        json.WriteNumber("blobs", totals.FileBlobs);
        json.WriteNumber("bytes", totals.FileBlobBytes);
        json.WriteNumber("directories", totals.DirectoryBlobs);
        json.WriteNumber("directoryBytes", totals.DirectoryBlobBytes);
        json.WriteNumber("files", totals.Files);
        json.WriteNumber("symlinks", totals.Symlinks);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, RootRunResult run)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("userSeconds", run.Outcome.Usage.UserTime.TotalSeconds);
        json.WriteNumber("systemSeconds", run.Outcome.Usage.SystemTime.TotalSeconds);
        json.WriteNumber("maximumResidentBytes", run.Outcome.Usage.MaximumResidentBytes);
        json.WriteEndObject();
    }
}
