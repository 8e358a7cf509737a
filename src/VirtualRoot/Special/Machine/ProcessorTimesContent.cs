using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/stat: the times of the processors that there are, and their sum in the first line; the rest is the host's.</summary>
internal sealed class ProcessorTimesContent : IMachineContent
{
    private const string HermeticRest = "intr 0\nctxt 0\nbtime 946684800\nprocesses 1\nprocs_running 1\nprocs_blocked 0\nsoftirq 0\n";

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        int count = context.Machine.CpuCount;
        if (context.Machine.IsHermetic)
        {
            content.Write(Encoding.ASCII.GetBytes("cpu  0 0 0 0 0 0 0 0 0 0\n" + string.Concat(Enumerable.Range(0, count).Select(cpu => $"cpu{cpu} 0 0 0 0 0 0 0 0 0 0\n")) + HermeticRest));
            return Errno.Success;
        }

        ArrayBufferWriter<byte> host = new();
        Errno errno = ProcReader.ReadAll(context.Processes.Proc, "stat\0"u8, host);
        string[] lines = Encoding.ASCII.GetString(host.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] shown = [.. lines.Where(line => IsProcessor(line)).Take(count)];
        content.Write(Encoding.ASCII.GetBytes("cpu  " + string.Join(' ', Sum(shown)) + "\n"));
        foreach (string line in shown.Concat(lines.Where(line => !line.StartsWith("cpu", StringComparison.Ordinal))))
        {
            content.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }

        return errno;
    }

    private static bool IsProcessor(string line) => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsAsciiDigit(line[3]);

    private static IEnumerable<ulong> Sum(string[] processors)
    {
        ulong[][] times = [.. processors.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(time => ulong.Parse(time, CultureInfo.InvariantCulture)).ToArray())];
        return times.Length == 0 ? [] : Enumerable.Range(0, times.Min(row => row.Length)).Select(column => times.Aggregate(0ul, (sum, row) => sum + row[column]));
    }
}
