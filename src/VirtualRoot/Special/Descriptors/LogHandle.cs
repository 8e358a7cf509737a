using VirtualRoot.Linux;
using VirtualRoot.Tree;

namespace VirtualRoot.Special.Descriptors;

/// <summary>An output text of the action, opened once more by <c>echo two >/dev/stderr</c>: written at its end, without a way
/// through the mount.</summary>
internal sealed class LogHandle(TreeFile text) : SpecialHandle
{
    /// <inheritdoc/>
    public override Errno Write(ulong offset, ReadOnlySpan<byte> data, out int written)
    {
        Errno errno = text.Append(data, out written, out bool needsCopyUp);
        return needsCopyUp ? Errno.EIO : errno; // somebody made it a copy of an input, by copy_file_range
    }
}
