using System.Buffers;
using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/sys/kernel/random/uuid: another one at each read.</summary>
internal sealed class RandomIdContent : IMachineContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        content.Write(Encoding.ASCII.GetBytes($"{Guid.NewGuid():D}\n"));
        return Errno.Success;
    }
}
