using System.Buffers.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Dev;

/// <summary>/dev/tty where it cannot be the real device: the caller's controlling terminal, if one of its descriptors
/// is that. The daemon has no other way to it: a terminal's number means another one in another devpts.</summary>
internal sealed class TerminalDevice(SpecialContext context, ulong inode) : SpecialFile(inode)
{
    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = context.Attributes(this, 0x1b6);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        if (!context.Processes.TryPin(in caller, out ProcessPin? pin) || TerminalOf(pin) is not { } terminal)
        {
            return Errno.ENXIO;
        }

        List<int> numbers = [];
        pin.ListNumbers("fd\0"u8, numbers);
        foreach (int number in numbers)
        {
            if (DescriptorTarget.TryTake(pin, number, out DescriptorTarget? target) != Errno.Success)
            {
                continue;
            }

            using (target)
            {
                if (target!.Kind == NodeKind.CharacterDevice && (target.Attributes.DeviceMajor, target.Attributes.DeviceMinor) == terminal)
                {
                    return DescriptorOpener.Open(context, target, flags, out handle);
                }
            }
        }

        return Errno.ENXIO;
    }

    /// <summary>Field 7 of stat (tty_nr): major in bits 8 to 19, minor in bits 0 to 7 and 20 to 31; 0 without a terminal.</summary>
    private static (uint Major, uint Minor)? TerminalOf(ProcessPin pin)
    {
        Span<byte> stat = stackalloc byte[1024];
        if (pin.ReadStart("stat\0"u8, stat, out int length) != Errno.Success)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = stat[..length];
        rest = rest[(rest.LastIndexOf((byte)')') + 1)..];
        for (int field = 2; field < 7; field++)
        {
            rest = rest[(rest.IndexOf((byte)' ') + 1)..];
        }

        return Utf8Parser.TryParse(rest, out int device, out _) && device != 0
            ? (((uint)device >> 8) & 0xfff, ((uint)device & 0xff) | (((uint)device >> 12) & 0xfff00))
            : null;
    }
}
