using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>A file that names neither processes nor paths: the kernel's text as it is.</summary>
internal sealed class PassedContent(ReadOnlySpan<byte> path) : IProcessContent
{
    private readonly byte[] _path = path.ToArray();

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content) =>
        view.Target.ReadAll(_path, content);
}
