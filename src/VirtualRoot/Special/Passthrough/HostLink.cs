using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Passthrough;

/// <summary>A link of the machine's /proc, /sys or /dev, with the text that it has there: it is the caller who follows it, in
/// the root.</summary>
internal sealed class HostLink(HostTree tree, string path) : SpecialLink(tree.InodeOf(path))
{
    /// <inheritdoc/>
    public override bool NameIsStable => false;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) => tree.Find(path, this, out attributes);

    /// <inheritdoc/>
    public override Errno ReadLink(in Caller caller, Span<byte> target, out int length)
    {
        length = 0;
        Errno errno = tree.Open(path, OpenFlags.O_PATH, out SafeFileHandle? link);
        if (link is null)
        {
            return errno;
        }

        using (link)
        {
            int result = Syscall.ReadLinkAt(link, "\0"u8, target);
            length = Math.Max(result, 0);
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
    }
}
