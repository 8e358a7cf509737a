using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/vmstat: the host's; no number of pages (nr_) above those that there are.</summary>
internal sealed class VmstatContent : IMachineContent
{
    private const int PageBytes = 4096;
    private const string HermeticEvents = "pgpgin 0\npgpgout 0\npswpin 0\npswpout 0\npgfault 0\npgmajfault 0\noom_kill 0\n";

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        long pages = context.Machine.MemoryBytes / PageBytes;
        if (context.Machine.IsHermetic)
        {
            content.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"nr_free_pages {pages / 2}\n{HermeticEvents}")));
            return Errno.Success;
        }

        if (!context.Machine.HasMemoryLimit)
        {
            return ProcReader.ReadAll(context.Processes.Proc, "vmstat\0"u8, content);
        }

        ArrayBufferWriter<byte> host = new();
        Errno errno = ProcReader.ReadAll(context.Processes.Proc, "vmstat\0"u8, host);
        foreach (string line in Encoding.ASCII.GetString(host.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            string shown = line.StartsWith("nr_", StringComparison.Ordinal) && words.Length == 2 && long.TryParse(words[1], CultureInfo.InvariantCulture, out long value) && value > pages
                ? $"{words[0]} {pages}"
                : line;
            content.Write(Encoding.ASCII.GetBytes(shown + "\n"));
        }

        return errno;
    }
}
