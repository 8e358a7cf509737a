using System.Text.Json;

namespace VirtualRoot.Bazel.Tests;

/// <summary>What <c>--execution_log_json_file</c> writes: JSON objects, one after the other.</summary>
internal static class ExecutionLog
{
    public static IReadOnlyList<ExecutedSpawn> Read(string path)
    {
        List<ExecutedSpawn> spawns = [];
        Utf8JsonReader reader = new(File.ReadAllBytes(path), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            using JsonDocument entry = JsonDocument.ParseValue(ref reader);
            spawns.Add(new ExecutedSpawn(
                entry.RootElement.GetProperty("mnemonic").GetString()!,
                entry.RootElement.GetProperty("runner").GetString()!,
                [.. entry.RootElement.GetProperty("listedOutputs").EnumerateArray().Select(static output => output.GetString()!.Split("/bin/", 2)[^1])]));
        }

        return spawns;
    }
}
