using System.Globalization;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>The processes below one, by their parents.</summary>
internal static class ProcessTree
{
    /// <summary>Children of <paramref name="process"/>, and theirs: "pid (name) start time".</summary>
    public static IReadOnlyList<string> Below(int process)
    {
        List<(int Id, int Parent, string Text)> all = [.. All()];
        HashSet<int> known = [process];
        List<string> below = [];
        for (bool grows = true; grows;)
        {
            grows = false;
            foreach ((int id, _, string text) in all.Where(one => known.Contains(one.Parent) && !known.Contains(one.Id)).ToArray())
            {
                known.Add(id);
                below.Add(text);
                grows = true;
            }
        }

        return below;
    }

    /// <summary>Those of <paramref name="processes"/>, as <see cref="Below"/> told them, that still are.</summary>
    public static IReadOnlyList<string> Left(IReadOnlyList<string> processes)
    {
        HashSet<string> now = [.. All().Select(static one => one.Text)];
        return [.. processes.Where(now.Contains)];
    }

    private static IEnumerable<(int Id, int Parent, string Text)> All()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && ReadStat(directory) is { } stat)
            {
                // "pid (name) state parent …", and the start time is the 22nd field; the name may hold anything.
                int nameEnd = stat.LastIndexOf(')');
                string[] fields = stat[(nameEnd + 2)..].Split(' ');
                yield return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), $"{stat[..(nameEnd + 1)]} {fields[19]}");
            }
        }
    }

    private static string? ReadStat(string directory)
    {
        try
        {
            return File.ReadAllText(directory + "/stat");
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }
}
