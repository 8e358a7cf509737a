using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>From the text of a descriptor's link back to the descriptor.</summary>
internal static class DescriptorSearch
{
    /// <summary>A descriptor of <paramref name="task"/> whose link has the text <paramref name="name"/>. Both ends of a pipe
    /// have the same; either will do, since opening one again chooses the direction anew.</summary>
    public static bool TryFind(ProcessPin task, ReadOnlySpan<byte> name, out int number)
    {
        Span<byte> path = stackalloc byte[24];
        Span<byte> text = stackalloc byte[256];
        if (DescriptorText.TryParseOutside(name, out number))
        {
            Utf8.TryWrite(path, $"fd/{number}\0", out int length);
            return task.StatX(path[..length], StatXMask.STATX_TYPE, out _) == Errno.Success;
        }

        List<int> numbers = [];
        task.ListNumbers("fd\0"u8, numbers);
        foreach (int candidate in numbers)
        {
            Utf8.TryWrite(path, $"fd/{candidate}\0", out int length);
            if (task.ReadLink(path[..length], text, out int textLength) == Errno.Success && text[..textLength].SequenceEqual(name))
            {
                number = candidate;
                return true;
            }
        }

        number = -1;
        return false;
    }
}
