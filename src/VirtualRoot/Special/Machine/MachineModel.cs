using System.Buffers;
using System.Buffers.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>The machine that the files tell of: the limits, where there are none the host, or the hermetic profile's. Immutable.</summary>
internal sealed class MachineModel
{
    /// <summary>The period of cpu.max, in microseconds.</summary>
    public const int CpuPeriod = 100_000;

    private const int HermeticCpus = 4;
    private const long HermeticMemory = 16L << 30;
    private const int MinCpuQuota = 1000; // as the kernel's least quota, in microseconds

    public MachineModel(MachineLimits limits, ProcessTable processes)
    {
        IsHermetic = limits.Profile == MachineProfile.Hermetic;
        HostCpuCount = Environment.ProcessorCount;
        int processors = IsHermetic ? HermeticCpus : HostCpuCount;
        CpuCount = limits.Cpus is { } cpus ? (int)Math.Clamp(Math.Ceiling(cpus), 1, IsHermetic ? 1024 : processors) : processors;
        CpuQuota = limits.Cpus is { } part ? (long)Math.Max(part * CpuPeriod, MinCpuQuota) : null;
        long memory = IsHermetic ? HermeticMemory : HostMemory(processes);
        MemoryBytes = limits.MemoryBytes is { } bytes ? IsHermetic ? bytes : Math.Min(bytes, memory) : memory;
        HasMemoryLimit = limits.MemoryBytes is not null;
    }

    public bool IsHermetic { get; }

    /// <summary>Processors, numbered from 0.</summary>
    public int CpuCount { get; }

    /// <summary>Processors that the daemon may use.</summary>
    public int HostCpuCount { get; }

    /// <summary>cpu.max's quota in microseconds for each <see cref="CpuPeriod"/>; null: <c>max</c>.</summary>
    public long? CpuQuota { get; }

    /// <summary>All memory, in bytes.</summary>
    public long MemoryBytes { get; }

    /// <summary>Whether memory.max tells a number.</summary>
    public bool HasMemoryLimit { get; }

    /// <summary>The processors as /sys lists them: <c>0-3</c>.</summary>
    public string CpuList => CpuCount == 1 ? "0" : $"0-{CpuCount - 1}";

    /// <summary>A set of processors as /sys writes it: hexadecimal digits, a comma before each 32 bits.</summary>
    /// <param name="isMember">Whether a processor is in it.</param>
    public string CpuMask(Func<int, bool> isMember)
    {
        string digits = string.Concat(Enumerable.Range(0, (CpuCount + 3) / 4).Reverse().Select(digit =>
            Enumerable.Range(0, 4).Sum(bit => (digit * 4) + bit < CpuCount && isMember((digit * 4) + bit) ? 1 << bit : 0).ToString("x")));
        for (int at = digits.Length - 8; at > 0; at -= 8)
        {
            digits = digits.Insert(at, ",");
        }

        return digits;
    }

    // The number of the first line that begins with the name, in kB there.
    private static long HostMemory(ProcessTable processes)
    {
        ArrayBufferWriter<byte> text = new();
        Errno errno = ProcReader.ReadAll(processes.Proc, "meminfo\0"u8, text);
        ReadOnlySpan<byte> rest = text.WrittenSpan;
        int at = errno == Errno.Success ? rest.IndexOf("MemTotal:"u8) : -1;
        if (at >= 0 && Utf8Parser.TryParse(rest[(at + 9)..].TrimStart((byte)' '), out long kilobytes, out _))
        {
            return kilobytes * 1024;
        }

        return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }
}
