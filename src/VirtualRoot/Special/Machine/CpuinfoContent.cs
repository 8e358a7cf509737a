using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/cpuinfo: the host's first processors, as many as there are for the action. CPUID tells of the real ones all the same.</summary>
internal sealed class CpuinfoContent : IMachineContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        int count = context.Machine.CpuCount;
        if (context.Machine.IsHermetic)
        {
            for (int cpu = 0; cpu < count; cpu++)
            {
                content.Write(Encoding.ASCII.GetBytes(Hermetic(cpu, count)));
            }

            return Errno.Success;
        }

        ArrayBufferWriter<byte> host = new();
        Errno errno = ProcReader.ReadAll(context.Processes.Proc, "cpuinfo\0"u8, host);
        string[] blocks = Encoding.UTF8.GetString(host.WrittenSpan).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        foreach (string block in blocks.Take(count))
        {
            content.Write(Encoding.UTF8.GetBytes(string.Join('\n', block.Trim('\n').Split('\n').Select(line => Cut(line, count))) + "\n\n"));
        }

        return errno;
    }

    // What counts processors agrees with how many are listed.
    private static string Cut(string line, int count)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && line[..colon].TrimEnd() is "siblings" or "cpu cores"
            && int.TryParse(line.AsSpan(colon + 1), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int value)
            ? $"{line[..colon]}: {Math.Min(value, count)}"
            : line;
    }

    private static string Hermetic(int cpu, int count) => string.Create(CultureInfo.InvariantCulture, $"""
        processor	: {cpu}
        vendor_id	: VirtualRoot
        model name	: VirtualRoot CPU
        cpu MHz		: 2000.000
        cache size	: 1024 KB
        physical id	: 0
        siblings	: {count}
        core id		: {cpu}
        cpu cores	: {count}
        flags		: fpu
        bogomips	: 4000.00


        """).ReplaceLineEndings("\n");
}
