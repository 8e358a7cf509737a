using System.Buffers;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>The text of one file that tells of the machine, and is the same for every process.</summary>
internal interface IMachineContent
{
    /// <summary>Appends the text as it is now.</summary>
    Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content);
}
