using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>A file of the daemon's /proc, passed on as it is.</summary>
/// <param name="path">The path below /proc, without a NUL.</param>
internal sealed class HostContent(ReadOnlySpan<byte> path) : IMachineContent
{
    private readonly byte[] _path = [.. path, 0];

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content) =>
        ProcReader.ReadAll(context.Processes.Proc, _path, content);
}
