using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Proc;

/// <summary>A file that everybody may read and nobody may write, whose text is generated for whoever has opened it.</summary>
/// <param name="context">The root's.</param>
/// <param name="inode">The inode number.</param>
internal abstract class GeneratedFile(SpecialContext context, ulong inode) : SpecialFile(inode)
{
    /// <inheritdoc/>
    public override bool AttributesAreStable => false;

    /// <inheritdoc/>
    public override bool IsGenerated => true;

    /// <summary>The root's.</summary>
    protected SpecialContext Context { get; } = context;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = Context.Attributes(this, 0x124);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        if (!OpenMode.IsReadOnly(flags))
        {
            return Errno.EACCES;
        }

        Caller opener = caller with { Request = 0 }; // reads are other requests: the opener may have ended
        handle = new GeneratedHandle(writer => Generate(in opener, writer));
        return Errno.Success;
    }

    /// <summary>Appends the text as it is now.</summary>
    protected abstract Errno Generate(in Caller opener, ArrayBufferWriter<byte> content);
}
