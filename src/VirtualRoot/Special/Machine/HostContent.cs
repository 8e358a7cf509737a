using System.Buffers;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Machine;

/// <summary>A file of the daemon's /proc, passed on as it is.</summary>
/// <param name="path">The path below /proc, without a NUL.</param>
/// <param name="otherwise">The text where this kernel has no such file, or none that the daemon may read.</param>
internal sealed class HostContent(ReadOnlySpan<byte> path, string otherwise) : IMachineContent
{
    private readonly byte[] _path = [.. path, 0];
    private readonly byte[] _otherwise = Encoding.UTF8.GetBytes(otherwise);

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, ArrayBufferWriter<byte> content)
    {
        Errno errno = ProcReader.ReadAll(context.Processes.Proc, _path, content);
        if (errno is Errno.ENOENT or Errno.EACCES or Errno.EPERM or Errno.EOPNOTSUPP)
        {
            content.Write(_otherwise);
            return Errno.Success;
        }

        return errno;
    }
}
