using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>/sys/devices/system/node/node0/meminfo: what /proc/meminfo tells, since all memory is of that node.</summary>
internal sealed class NodeMeminfoContent : IMachineContent
{
    private const int NameWidth = 15;
    private static readonly string[] s_names = ["SwapCached", "Active", "Inactive", "Dirty", "Writeback", "FilePages", "Mapped", "AnonPages", "Shmem", "KernelStack", "PageTables", "Slab", "SReclaimable", "SUnreclaim"];

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        Errno errno = MeminfoText.Read(context, out MeminfoText memory);
        long total = memory.Kilobytes("MemTotal:"u8) ?? 0;
        long free = memory.Kilobytes("MemFree:"u8) ?? 0;
        Write(content, "MemTotal", total);
        Write(content, "MemFree", free);
        Write(content, "MemUsed", total - free);
        foreach (string name in s_names)
        {
            if (memory.Kilobytes(Encoding.ASCII.GetBytes((name == "FilePages" ? "Cached" : name) + ":")) is { } kilobytes)
            {
                Write(content, name, kilobytes);
            }
        }

        return errno;
    }

    private static void Write(ArrayBufferWriter<byte> content, string name, long kilobytes) =>
        content.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Node 0 {(name + ":").PadRight(NameWidth)}{kilobytes,8} kB\n")));
}
