using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Proc;

namespace VirtualRoot.Special.Machine;

/// <summary>A file of /proc or /sys that tells of the machine.</summary>
/// <param name="context">The root's.</param>
/// <param name="inode">The inode number.</param>
/// <param name="text">Its text.</param>
internal sealed class MachineFile(SpecialContext context, ulong inode, IMachineContent text) : GeneratedFile(context, inode)
{
    /// <inheritdoc/>
    protected override Errno Generate(in Caller opener, ArrayBufferWriter<byte> content) => text.Generate(Context, content);
}
