using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>A text that is the same for every process.</summary>
internal sealed class FixedProcessContent(ReadOnlySpan<byte> text) : IProcessContent
{
    private readonly byte[] _text = text.ToArray();

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        content.Write(_text);
        return view.Target.IsAlive() ? Errno.Success : Errno.ESRCH;
    }
}
