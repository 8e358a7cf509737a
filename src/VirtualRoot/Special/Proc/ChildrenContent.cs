using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>task/TID/children: the children that the caller may see, by its own numbers.</summary>
internal sealed class ChildrenContent : IProcessContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        Span<byte> path = stackalloc byte[40];
        Utf8.TryWrite(path, $"task/{view.Target.Identity.Pid}/children\0", out int length);
        ArrayBufferWriter<byte> text = new();
        Errno errno = view.Target.ReadAll(path[..length], text);
        ReadOnlySpan<byte> rest = text.WrittenSpan;
        while (Utf8Parser.TryParse(rest, out int child, out int consumed))
        {
            rest = rest[consumed..].TrimStart((byte)' ');
            if (view.Translate(child) is > 0 and int number)
            {
                Encoding.ASCII.GetBytes($"{number} ", content);
            }
        }

        return errno;
    }
}
