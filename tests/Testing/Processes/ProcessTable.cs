using System.Text;

namespace VirtualRoot.Testing.Processes;

/// <summary>The machine's processes, for finding those that should be gone.</summary>
public static class ProcessTable
{
    /// <summary>The processes (zombies aside) whose command line or environment holds <paramref name="mark"/>: "pid: command line".</summary>
    public static IReadOnlyList<string> Find(string mark)
    {
        List<string> found = [];
        byte[] wanted = Encoding.UTF8.GetBytes(mark);
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid) || pid == Environment.ProcessId)
            {
                continue;
            }

            try
            {
                byte[] commandLine = File.ReadAllBytes(directory + "/cmdline");
                if (commandLine.AsSpan().IndexOf(wanted) >= 0 || File.ReadAllBytes(directory + "/environ").AsSpan().IndexOf(wanted) >= 0)
                {
                    found.Add($"{pid}: {Encoding.UTF8.GetString(commandLine).Replace('\0', ' ')}");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended in between, or is a zombie: neither is a process that was left behind.
            }
        }

        return found;
    }

    /// <summary>The same, once none is left or after <paramref name="limit"/>.</summary>
    public static IReadOnlyList<string> FindAfter(string mark, TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (true)
        {
            IReadOnlyList<string> found = Find(mark);
            if (found.Count == 0 || Environment.TickCount64 >= end)
            {
                return found;
            }

            Thread.Sleep(50);
        }
    }
}
