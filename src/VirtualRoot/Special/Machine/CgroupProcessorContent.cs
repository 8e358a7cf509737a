using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>cpu.stat: the times of /proc/stat's first line.</summary>
internal sealed class CgroupProcessorContent : IMachineContent
{
    private const ulong MicrosecondsOfTick = 10_000; // USER_HZ is 100 on every architecture that we run on

    private static readonly ProcessorTimesContent s_times = new();

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        ArrayBufferWriter<byte> text = new();
        Errno errno = s_times.Generate(context, text);

        // cpu user nice system …
        string[] words = Encoding.ASCII.GetString(text.WrittenSpan).Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ulong[] ticks = [.. words.Skip(1).Take(3).Select(word => ulong.Parse(word, CultureInfo.InvariantCulture))];
        ulong user = ticks.Length == 3 ? (ticks[0] + ticks[1]) * MicrosecondsOfTick : 0;
        ulong system = ticks.Length == 3 ? ticks[2] * MicrosecondsOfTick : 0;
        content.Write(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"usage_usec {user + system}\nuser_usec {user}\nsystem_usec {system}\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n")));
        return errno;
    }
}
