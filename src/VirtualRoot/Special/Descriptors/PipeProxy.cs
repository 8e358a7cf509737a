using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// Stands for the read end of a pipe: a FIFO, which the kernel opens, reads and polls by itself, and which a
/// <see cref="PipePump"/> feeds. One node for a pipe and a user, whichever descriptor of whichever process leads to it, so
/// that those who share the pipe share what was taken out of it. Its attributes never change: nothing but LOOKUP asks us.
/// </summary>
internal sealed class PipeProxy : SpecialFile
{
    private readonly NodeAttributes _attributes;

    /// <summary>A node with the inode number <paramref name="inode"/> for the pipe <paramref name="target"/>.</summary>
    public PipeProxy(ulong inode, SpecialContext context, DescriptorTarget target, uint uid, uint gid)
        : base(inode)
    {
        _attributes = context.Attributes(this, 0x180);
        _attributes.Uid = uid;
        _attributes.Gid = gid;
        _attributes.ModificationTime = new NodeTime(target.Attributes.ModificationTime.Seconds, target.Attributes.ModificationTime.Nanoseconds);
    }

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.Fifo;

    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <summary>The name belongs to a descriptor, and each use must prepare the pump.</summary>
    public override bool NameIsStable => false;

    /// <inheritdoc/>
    public override bool AttributesAreStable => true;

    /// <summary>The inode number of the node for a pipe and a user.</summary>
    public static ulong InodeOf(DescriptorTarget target, uint uid)
    {
        Span<byte> name = stackalloc byte[96];
        StatXBuffer pipe = target.Attributes;
        System.Text.Unicode.Utf8.TryWrite(name, $"pipe {pipe.FileSystemMajor}:{pipe.FileSystemMinor} {pipe.Inode} of {uid}", out int length);
        return SpecialInode.Of(name[..length]);
    }

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = _attributes;
        return Errno.Success;
    }

    /// <summary>Never asked: the kernel opens FIFOs without us.</summary>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        return Errno.ENXIO;
    }
}
