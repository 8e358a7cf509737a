using System.Buffers;
using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>A text that never changes.</summary>
internal sealed class FixedContent(string text) : IMachineContent
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes(text);

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        content.Write(_text);
        return Errno.Success;
    }
}
