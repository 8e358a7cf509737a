using System.Security.Cryptography;

namespace VirtualRoot.Bazel.Tests;

/// <summary>All outputs below a directory: of a file its SHA-256, of a symbolic link its target.</summary>
internal static class OutputSnapshot
{
    /// <summary>By path. Runfiles, which Bazel makes by itself on this machine, are left out.</summary>
    public static IReadOnlyDictionary<string, string> Take(string directory)
    {
        Dictionary<string, string> outputs = new(StringComparer.Ordinal);
        Add(new DirectoryInfo(directory), "", outputs);
        return outputs;
    }

    private static void Add(DirectoryInfo directory, string prefix, Dictionary<string, string> outputs)
    {
        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
        {
            if (entry.Name.Contains(".runfiles", StringComparison.Ordinal))
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
                outputs.Add(prefix + entry.Name, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))));
            }
        }
    }
}
