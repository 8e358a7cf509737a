using System.Buffers;
using System.Reflection;
using System.Text.Json;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>What <c>/status.json</c> has: all that the page shows, in figures.</summary>
internal static class StatusJson
{
    private const int MaxQueued = 100;

    /// <summary>The version that every answer names.</summary>
    public static string Version { get; } = typeof(StatusJson).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The status now.</summary>
    public static ReadOnlyMemory<byte> Of(WorkerStatus status)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        ArrayBufferWriter<byte> bytes = new(4096);
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("version", Version);
            json.WriteString("time", now);
            json.WriteString("health", status.Health.ToString().ToLowerInvariant());
            json.WriteString("buildDirectory", status.Directory);
            json.WriteStartArray("addresses");
            foreach (string address in status.Addresses)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
            WriteActions(json, status, now);
            WriteCache(json, status.Cache, status.CacheLimit, status.Blobs);
            WriteFuse(json, status.Fuse);
            json.WriteNumber("roots", status.Roots);
            json.WriteNumber("openDescriptors", WorkerStatus.OpenDescriptors);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteActions(Utf8JsonWriter json, WorkerStatus status, DateTimeOffset now)
    {
        ExecutionStatistics execution = status.Execution;
        json.WriteNumber("slots", execution.Slots);
        json.WriteNumber("completed", execution.Completed);
        json.WriteNumber("merged", execution.Merged);
        json.WriteStartArray("running");
        foreach (PendingAction action in status.Running)
        {
            json.WriteStartObject();
            Write(json, action, now - action.Metadata.WorkerStart);
            json.WriteString("stage", StageOf(action.Metadata));
            json.WriteString("root", status.RootOf(action.Action));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("queued", execution.Queued);
        json.WriteStartArray("queue");
        foreach (PendingAction action in status.Queued(MaxQueued))
        {
            json.WriteStartObject();
            Write(json, action, now - action.Metadata.Queued);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, PendingAction action, TimeSpan? age)
    {
        json.WriteString("action", action.Action.Action.ToString());
        json.WriteString("operation", action.Action.Operation);
        json.WriteString("command", CommandText.Of(action.Action));
        json.WriteNumber("ageSeconds", Math.Round(Math.Max(0, (age ?? TimeSpan.Zero).TotalSeconds), 3));
        json.WriteNumber("clients", action.Clients);
    }

    private static string StageOf(ExecutionMetadata metadata) => metadata switch
    {
        { OutputUploadStart: not null } => "capture",
        { ExecutionStart: not null } => "execution",
        _ => "staging",
    };

    private static void WriteCache(Utf8JsonWriter json, BlobStoreStatistics cache, long limit, BlobStatisticsSnapshot blobs)
    {
        json.WriteStartObject("cache");
        json.WriteNumber("blobs", cache.Blobs);
        json.WriteNumber("bytes", cache.Bytes);
        json.WriteNumber("limitBytes", limit);
        json.WriteNumber("evictions", cache.Evictions);
        json.WriteNumber("hits", blobs.CacheHits);
        json.WriteNumber("directoryHits", blobs.DirectoryCacheHits);
        json.WriteEndObject();
        json.WriteStartObject("cas");
        json.WriteNumber("blobsFetched", blobs.BlobsFetched);
        json.WriteNumber("bytesFetched", blobs.BytesFetched);
        json.WriteNumber("directoriesFetched", blobs.DirectoriesFetched);
        json.WriteNumber("blobsUploaded", blobs.BlobsUploaded);
        json.WriteNumber("bytesUploaded", blobs.BytesUploaded);
        json.WriteNumber("retries", blobs.Retries);
        json.WriteEndObject();
    }

    private static void WriteFuse(Utf8JsonWriter json, FuseStatisticsSnapshot fuse)
    {
        json.WriteStartObject("fuse");
        json.WriteStartObject("requests");
        foreach ((FuseOpcode opcode, long count) in fuse.Requests)
        {
            json.WriteNumber(WorkerMetrics.NameOf(opcode), count);
        }

        json.WriteEndObject();
        json.WriteNumber("bytesRead", fuse.BytesRead);
        json.WriteNumber("bytesWritten", fuse.BytesWritten);
        json.WriteEndObject();
    }
}
