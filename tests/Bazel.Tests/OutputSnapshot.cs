using System.Security.Cryptography;

namespace VirtualRoot.Bazel.Tests;

/// <summary>All outputs below a directory: of a text its content, of another file its SHA-256, of a symbolic link its target.</summary>
internal static class OutputSnapshot
{
    /// <summary>By path. Runfiles and parameter files, which no action makes but Bazel itself, where it needs them, are left out.</summary>
    public static IReadOnlyDictionary<string, string> Take(string directory)
    {
        Dictionary<string, string> outputs = new(StringComparer.Ordinal);
        Add(new DirectoryInfo(directory), "", outputs);
        return outputs;
    }

    /// <summary>The paths that only one of the two has, or both with different content.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        [.. one.Except(other).Concat(other.Except(one)).Select(static output => output.Key).Distinct().Order(StringComparer.Ordinal)];

    private static void Add(DirectoryInfo directory, string prefix, Dictionary<string, string> outputs)
    {
        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
        {
            if (entry.Name.Contains(".runfiles", StringComparison.Ordinal) || entry.Name.EndsWith(".params", StringComparison.Ordinal))
            {
                continue;
            }

            if (entry.LinkTarget is { } target)
            {
                outputs.Add(prefix + entry.Name, "-> " + target);
            }
            else if (entry is DirectoryInfo below)
            {
                Add(below, prefix + entry.Name + "/", outputs);
            }
            else
            {
                outputs.Add(prefix + entry.Name, entry.Extension == ".txt"
                    ? File.ReadAllText(entry.FullName)
                    : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))));
            }
        }
    }
}
