using System.Globalization;

namespace VirtualRoot.Model.Tests.Support;

/// <summary>What a daemon holds: descriptors, files in its scratch folder, memory.</summary>
internal sealed record DaemonHoldings(int Descriptors, int ScratchFiles, long ResidentBytes)
{
    public static DaemonHoldings Of(Mount mount)
    {
        string process = $"/proc/{mount.Daemon.Id.ToString(CultureInfo.InvariantCulture)}";
        string resident = File.ReadLines(process + "/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new DaemonHoldings(
            Directory.GetFileSystemEntries(process + "/fd").Length,
            Directory.GetFileSystemEntries(Path.Combine(mount.Cache, "scratch"), "*", SearchOption.AllDirectories).Length,
            long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024);
    }

    /// <summary>The same, once no file of <paramref name="mount"/> is in use any more: the kernel tells the daemon later than the process that closed it.</summary>
    public static DaemonHoldings After(Mount mount, DaemonHoldings before)
    {
        long end = Environment.TickCount64 + 60_000;
        while (true)
        {
            DaemonHoldings now = Of(mount);
            if ((now.ScratchFiles <= before.ScratchFiles && now.Descriptors <= before.Descriptors) || Environment.TickCount64 >= end)
            {
                return now;
            }

            Thread.Sleep(50);
        }
    }
}
