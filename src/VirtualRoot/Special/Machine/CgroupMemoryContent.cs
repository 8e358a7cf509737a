using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>memory.current and memory.stat: the memory in use as /proc/meminfo tells it, so that free and the cgroup agree.</summary>
/// <param name="isStatistics">memory.stat.</param>
internal sealed class CgroupMemoryContent(bool isStatistics) : IMachineContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        Errno errno = MeminfoText.Read(context, out MeminfoText memory);
        long file = Bytes(memory.Kilobytes("Cached:"u8)) + Bytes(memory.Kilobytes("Buffers:"u8));
        long used = Math.Max(0, Bytes(memory.Kilobytes("MemTotal:"u8)) - Bytes(memory.Kilobytes("MemAvailable:"u8)));
        string text = isStatistics
            ? string.Create(CultureInfo.InvariantCulture, $"anon {used}\nfile {file}\nkernel 0\nsock 0\nshmem 0\ninactive_anon 0\nactive_anon {used}\ninactive_file {file}\nactive_file 0\nunevictable 0\npgfault 0\npgmajfault 0\n")
            : string.Create(CultureInfo.InvariantCulture, $"{used}\n");
        content.Write(Encoding.ASCII.GetBytes(text));
        return errno;
    }

    private static long Bytes(long? kilobytes) => (kilobytes ?? 0) * 1024;
}
