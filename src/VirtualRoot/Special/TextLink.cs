using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special;

/// <summary>A link that says the same to everybody (/dev/fd, /proc/mounts).</summary>
internal sealed class TextLink(SpecialContext context, ulong inode, byte[] text) : SpecialLink(inode)
{
    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = context.Attributes(this, 0x1ff);
        attributes.Size = (ulong)text.Length;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReadLink(in Caller caller, Span<byte> target, out int length)
    {
        text.CopyTo(target);
        length = text.Length;
        return Errno.Success;
    }
}
