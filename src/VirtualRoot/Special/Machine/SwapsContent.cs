using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/swaps: the swap space that meminfo tells of as one area without a name; the machine's own areas are paths of it.</summary>
internal sealed class SwapsContent : IMachineContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        Errno errno = MeminfoText.Read(context, out MeminfoText memory);
        content.Write("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"u8);
        if (memory.Kilobytes("SwapTotal:"u8) is > 0 and long total)
        {
            long used = total - (memory.Kilobytes("SwapFree:"u8) ?? total);
            content.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"none\t\t\t\t\tvirtual\t\t{total}\t\t{used}\t\t0\n")));
        }

        return errno;
    }
}
