using System.Globalization;
using System.Runtime.InteropServices;

namespace VirtualRoot.Bench;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    public static void Print()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
        string memory = File.ReadLines("/proc/meminfo").First().Split(':')[1].Trim();
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd} {model}, {Environment.ProcessorCount} cores, {memory}, Linux {kernel}, {RuntimeInformation.FrameworkDescription}"));
    }
}
