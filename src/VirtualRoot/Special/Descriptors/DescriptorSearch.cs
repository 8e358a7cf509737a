using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>From the text of a descriptor's link back to the descriptor.</summary>
internal static class DescriptorSearch
{
    /// <summary>A descriptor of <paramref name="task"/> whose link has the text <paramref name="name"/>: of several
    /// <paramref name="preferred"/>, if it is one of them.</summary>
    public static bool TryFind(ProcessPin task, ReadOnlySpan<byte> name, out int number, int preferred = -1)
    {
        Span<byte> path = stackalloc byte[24];
        if (DescriptorText.TryParseOutside(name, out number))
        {
            Utf8.TryWrite(path, $"fd/{number}\0", out int length);
            return task.StatX(path[..length], StatXMask.STATX_TYPE, out _) == Errno.Success;
        }

        number = preferred;
        if (preferred >= 0 && Leads(task, preferred, name))
        {
            return true;
        }

        List<int> numbers = [];
        task.ListNumbers("fd\0"u8, numbers);
        foreach (int candidate in numbers)
        {
            if (Leads(task, candidate, name))
            {
                number = candidate;
                return true;
            }
        }

        number = -1;
        return false;
    }

    private static bool Leads(ProcessPin task, int number, ReadOnlySpan<byte> name)
    {
        Span<byte> path = stackalloc byte[24];
        Span<byte> text = stackalloc byte[4096];
        Utf8.TryWrite(path, $"fd/{number}\0", out int length);
        if (task.ReadLink(path[..length], text, out int textLength) != Errno.Success)
        {
            return false;
        }

        return name.SequenceEqual(DescriptorText.TryGetProxyName(text[..textLength], out Range proxy) ? text[proxy] : text[..textLength]);
    }
}
