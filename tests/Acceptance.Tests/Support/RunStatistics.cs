using System.Text.Json;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>What <c>vroot run --stats</c> wrote.</summary>
public sealed class RunStatistics
{
    private readonly JsonElement _json;

    public RunStatistics(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        _json = document.RootElement.Clone();
    }

    public long FetchedBlobs => Number("fetched", "blobs");

    public long FetchedBytes => Number("fetched", "bytes");

    public long FetchedDirectories => Number("fetched", "directories");

    public long RootBlobs => Number("root", "blobs");

    public long RootBytes => Number("root", "bytes");

    public long RootDirectories => Number("root", "directories");

    public long RootFiles => Number("root", "files");

    /// <summary>A member of <c>special</c>; empty: null.</summary>
    public string Special(string name) => _json.GetProperty("special").GetProperty(name).GetString() ?? "";

    /// <summary>Requests of one opcode, as the kernel's header names it without FUSE_; 0 where there were none.</summary>
    public long Requests(string opcode) =>
        _json.GetProperty("fuse").GetProperty("requests").EnumerateObject()
            .FirstOrDefault(request => request.Name.Equals(opcode, StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: JsonValueKind.Number } found
            ? found.Value.GetInt64()
            : 0;

    private long Number(string group, string name) => _json.GetProperty(group).GetProperty(name).GetInt64();
}
