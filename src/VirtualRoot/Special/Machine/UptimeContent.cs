using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/uptime: seconds since the start, and the idle seconds of the processors that there are, which cannot be more
/// than their number times the first.</summary>
internal sealed class UptimeContent : IMachineContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        if (context.Machine.IsHermetic)
        {
            content.Write("1000.00 1000.00\n"u8);
            return Errno.Success;
        }

        ArrayBufferWriter<byte> host = new();
        Errno errno = ProcReader.ReadAll(context.Processes.Proc, "uptime\0"u8, host);
        string[] numbers = Encoding.ASCII.GetString(host.WrittenSpan).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (errno != Errno.Success || numbers.Length != 2
            || !double.TryParse(numbers[0], CultureInfo.InvariantCulture, out double up) || !double.TryParse(numbers[1], CultureInfo.InvariantCulture, out double idle))
        {
            return errno == Errno.Success ? Errno.EIO : errno;
        }

        double share = idle * context.Machine.CpuCount / Math.Max(context.Machine.HostCpuCount, context.Machine.CpuCount);
        content.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{up:F2} {share:F2}\n")));
        return Errno.Success;
    }
}
