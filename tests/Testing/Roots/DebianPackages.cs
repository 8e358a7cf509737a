using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing.Roots;

/// <summary>What Debian's packages installed on this machine, with all that they depend on.</summary>
public static class DebianPackages
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The absolute paths of files and symbolic links of <paramref name="packages"/> and of what they depend on, but for
    /// <paramref name="without"/> and what only those need.
    /// </summary>
    /// <exception cref="InvalidOperationException">A package is not installed; the message names it.</exception>
    public static IReadOnlyList<string> FilesOf(IEnumerable<string> packages, IEnumerable<string> without)
    {
        const string Format = "${db:Status-Abbrev}\t${Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n";
        string table = ChildProcess.Run(new ProcessCommand("/usr/bin/dpkg-query", ["-W", "-f", Format]), s_limit).Expect().Output;
        Dictionary<string, string> providers = [];
        Dictionary<string, string> dependencies = [];
        foreach (string[] row in table.Split('\n').Where(line => line.StartsWith("ii", StringComparison.Ordinal)).Select(line => line.Split('\t')))
        {
            dependencies[row[1]] = row[3];
            foreach (string provided in Relations(row[2]).Select(alternatives => alternatives[0]))
            {
                providers.TryAdd(provided, row[1]);
            }
        }

        HashSet<string> seen = [.. without];
        List<string> closure = [];
        Stack<string> open = new(packages);
        foreach (string package in open.Where(package => !dependencies.ContainsKey(package)))
        {
            throw new InvalidOperationException($"Debian's package {package} is not installed: apt-get install {package} (eng/test does)");
        }

        while (open.TryPop(out string? package))
        {
            if (!seen.Add(package))
            {
                continue;
            }

            closure.Add(package);
            foreach (string[] alternatives in Relations(dependencies[package]))
            {
                string? chosen = alternatives.FirstOrDefault(dependencies.ContainsKey)
                    ?? alternatives.Select(name => providers.GetValueOrDefault(name)).FirstOrDefault(name => name is not null);
                if (chosen is not null)
                {
                    open.Push(chosen);
                }
            }
        }

        string files = ChildProcess.Run(new ProcessCommand("/usr/bin/dpkg-query", ["-L", .. closure]), s_limit).Expect().Output;
        return [.. files.Split('\n').Where(path => path.StartsWith('/') && IsFileOrLink(path)).Distinct()];
    }

    // "a (>= 1) | b:any, c" is two relations, the first with two alternatives.
    private static IEnumerable<string[]> Relations(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(relation => Array.ConvertAll(relation.Split('|'), name => name.Trim().Split(' ', ':', '(')[0]));

    private static bool IsFileOrLink(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is not null || file.Exists;
    }
}
