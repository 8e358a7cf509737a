using System.Buffers;
using System.Buffers.Text;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/meminfo: the host's, no value above the memory that there is, and no swap where memory is limited.</summary>
internal sealed class MeminfoContent : IMachineContent
{
    private const int NameWidth = 16;

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        long total = context.Machine.MemoryBytes / 1024;
        if (context.Machine.IsHermetic)
        {
            Write(content, "MemTotal:"u8, total);
            Write(content, "MemFree:"u8, total / 2);
            Write(content, "MemAvailable:"u8, total / 4 * 3);
            Write(content, "Buffers:"u8, total / 32);
            Write(content, "Cached:"u8, total / 4);
            Write(content, "SwapCached:"u8, 0);
            Write(content, "SwapTotal:"u8, 0);
            Write(content, "SwapFree:"u8, 0);
            return Errno.Success;
        }

        if (!context.Machine.HasMemoryLimit)
        {
            return ProcReader.ReadAll(context.Processes.Proc, "meminfo\0"u8, content);
        }

        ArrayBufferWriter<byte> host = new();
        Errno errno = ProcReader.ReadAll(context.Processes.Proc, "meminfo\0"u8, host);
        ReadOnlySpan<byte> rest = host.WrittenSpan;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            int colon = line.IndexOf((byte)':');
            if (colon > 0 && line.EndsWith(" kB"u8) && Utf8Parser.TryParse(line[(colon + 1)..].TrimStart((byte)' '), out long value, out _))
            {
                ReadOnlySpan<byte> name = line[..(colon + 1)];
                Write(content, name, name.SequenceEqual("MemTotal:"u8) ? total : name.StartsWith("Swap"u8) ? 0 : name.StartsWith("Vmalloc"u8) ? value : Math.Min(value, total));
            }
        }

        return errno;
    }

    private static void Write(ArrayBufferWriter<byte> content, ReadOnlySpan<byte> name, long kilobytes) =>
        content.Write(Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(name).PadRight(NameWidth - 1)}{kilobytes,9} kB\n"));
}
