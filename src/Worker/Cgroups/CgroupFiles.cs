using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Worker.Cgroups;

/// <summary>The files of a cgroup's directory, as cgroups(7) and the kernel's cgroup-v2.rst describe them.</summary>
internal static class CgroupFiles
{
    /// <summary>The words of a file; none where it is missing.</summary>
    public static HashSet<string> ReadWords(string directory, string file) => [.. Read(directory, file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>A flat keyed file: <c>KEY VALUE</c>, a line each; empty where it is missing.</summary>
    public static Dictionary<string, long> ReadNumbers(string directory, string file)
    {
        Dictionary<string, long> numbers = [];
        foreach (string line in Read(directory, file).Split('\n'))
        {
            if (line.Split(' ') is [var key, var value] && TryParse(value, out long number))
            {
                numbers[key] = number;
            }
        }

        return numbers;
    }

    /// <summary>A file of one number; null where it is missing, or says <c>max</c>.</summary>
    public static long? ReadNumber(string directory, string file) => TryParse(Read(directory, file).Trim(), out long number) ? number : null;

    /// <summary>Writes a file that is there.</summary>
    /// <exception cref="IOException">It is not, or the kernel refused.</exception>
    /// <exception cref="UnauthorizedAccessException">We may not.</exception>
    public static void Write(string directory, string file, string text)
    {
        using SafeFileHandle handle = File.OpenHandle(Path.Combine(directory, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(text), 0);
    }

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Read(string directory, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, file));
        }
        catch (FileNotFoundException)
        {
            return string.Empty;
        }
    }
}
