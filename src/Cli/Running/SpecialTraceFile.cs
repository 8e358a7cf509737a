using System.Text;
using System.Text.Json;
using VirtualRoot.Cli.Output;
using VirtualRoot.Special;
using VirtualRoot.Special.Trace;

namespace VirtualRoot.Cli.Running;

/// <summary>The file of <c>--trace-special</c>; docs/special.md describes it.</summary>
/// <param name="path">Where to write.</param>
/// <param name="profile">The machine that the root tells of.</param>
internal sealed class SpecialTraceFile(string path, MachineProfile profile)
{
    /// <summary>What is counted.</summary>
    public SpecialTrace Trace { get; } = new();

    /// <summary>Writes what was counted so far; a failure is told and fails nothing else.</summary>
    public void Write()
    {
        IReadOnlyList<SpecialTraceRow> rows = Trace.Report(profile);
        try
        {
            using FileStream file = File.Create(path);
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                WriteJson(file, rows);
            }
            else
            {
                WriteTable(file, rows);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            StandardError.Tell($"--trace-special: cannot write {PrintableText.Of(path)}: {exception.Message}");
        }
    }

    private static string NameOf(SpecialOperation operation) => operation.ToString().ToLowerInvariant();

    private void WriteJson(FileStream file, IReadOnlyList<SpecialTraceRow> rows)
    {
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("machine", profile.ToString().ToLowerInvariant());
        json.WriteBoolean("complete", !Trace.IsCut);
        json.WriteStartArray("paths");
        foreach (SpecialTraceRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("path", row.Path);
            json.WriteStartObject("operations");
            foreach ((SpecialOperation operation, long count) in row.Operations.OrderBy(pair => pair.Key))
            {
                json.WriteNumber(NameOf(operation), count);
            }

            json.WriteEndObject();
            json.WriteNumber("refused", row.Refused);
            json.WriteString("errno", row.FirstErrno?.ToString());
            json.WriteString("command", row.FirstCommand);
            json.WriteString("varies", row.Variation?.From);
            json.WriteString("what", row.Variation?.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // From what it varies, the path, the counts, who came first, what varies: for grep and for people.
    private void WriteTable(FileStream file, IReadOnlyList<SpecialTraceRow> rows)
    {
        using StreamWriter text = new(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        foreach (SpecialTraceRow row in rows)
        {
            string counts = string.Join(',', row.Operations.OrderBy(pair => pair.Key).Select(pair => $"{NameOf(pair.Key)}={pair.Value}"));
            string refused = row.FirstErrno is { } errno ? $" {errno}={row.Refused}" : "";
            string variation = row.Variation is { } varies ? $"  # {varies.What}" : "";
            text.WriteLine($"{row.Variation?.From ?? "-",-7} {PrintableText.Of(row.Path)} {counts}{refused} by {PrintableText.Of(row.FirstCommand)}{variation}");
        }

        if (Trace.IsCut)
        {
            text.WriteLine("# more paths were used than are told of");
        }
    }
}
