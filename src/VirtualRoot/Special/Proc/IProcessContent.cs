using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>The text of one file of a process's directory.</summary>
internal interface IProcessContent
{
    /// <summary>Appends the text as the view's caller is to read it.</summary>
    Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content);
}
