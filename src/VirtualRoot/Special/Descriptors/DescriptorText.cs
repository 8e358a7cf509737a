using System.Text.Unicode;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// The text of <c>/proc/PID/fd/N</c> as a process in the root reads it.
/// <para>A path below the caller's root loses the prefix. What has no path keeps the kernel's text (<c>pipe:[7]</c>), which
/// is relative, so that the kernel comes back to look it up in <c>PID/fd</c>, where a proxy answers. What has a path that
/// the caller cannot reach (a file outside the root, a memfd) gets a relative text of ours, <c>file:[N]</c> with the
/// descriptor's number, for the same reason; the kernel's would name something else inside the root. A deleted file of the
/// root keeps its text with <c> (deleted)</c>, under which its directory finds it.</para>
/// </summary>
internal static class DescriptorText
{
    private static ReadOnlySpan<byte> Outside => "file:["u8;

    private static ReadOnlySpan<byte> Deleted => " (deleted)"u8;

    private static ReadOnlySpan<byte> Unnamed => "// (deleted)"u8;

    /// <summary>Turns the kernel's text, the first <paramref name="length"/> bytes of <paramref name="target"/>, into ours.</summary>
    public static void Translate(Span<byte> target, ref int length, int number, ReadOnlySpan<byte> root)
    {
        if (target[..length] is not [(byte)'/', ..])
        {
            return;
        }

        if (TryGetProxyName(target[..length], out Range proxy))
        {
            target[proxy].CopyTo(target);
            length = proxy.GetOffsetAndLength(length).Length;
            if (TryParseOutside(target[..length], out _))
            {
                Hide(target, out length, number); // the number was another process's
            }

            return;
        }

        bool isReached = root is [(byte)'/']
            ? !IsWithoutName(target[..length])
            : IsOwnDevice(target[..length]) || RootedPath.TryStrip(target, ref length, root);
        if (!isReached)
        {
            Hide(target, out length, number);
        }
    }

    /// <summary>The text for a descriptor that the caller must not reach by a path.</summary>
    public static void Hide(Span<byte> target, out int length, int number) => Utf8.TryWrite(target, $"file:[{number}]", out length);

    /// <summary>A proxy that is open has a path in our mount, <c>/proc/7/fd/pipe:[9]</c>; the descriptor is one of what the
    /// proxy stands for.</summary>
    /// <param name="text">The kernel's text, with or without the root's prefix.</param>
    /// <param name="name">Where the proxy's name is in it.</param>
    public static bool TryGetProxyName(ReadOnlySpan<byte> text, out Range name)
    {
        name = default;
        int slash = text.LastIndexOf((byte)'/');
        if (slash < 0 || !text[..slash].EndsWith("/fd"u8))
        {
            return false;
        }

        int end = text.EndsWith(Deleted) ? text.Length - Deleted.Length : text.Length;
        name = (slash + 1)..end;
        return IsWithoutPath(text[name]) || TryParseOutside(text[name], out _);
    }

    /// <summary>Whether <paramref name="name"/> is a text of ours, and for which descriptor.</summary>
    public static bool TryParseOutside(ReadOnlySpan<byte> name, out int number)
    {
        number = 0;
        return name.StartsWith(Outside) && name[^1] == ']' && ProcReader.TryParseNumber(name[Outside.Length..^1], out number);
    }

    /// <summary>Whether <paramref name="name"/> is of the form of the kernel's text for a descriptor without a path.</summary>
    public static bool IsWithoutPath(ReadOnlySpan<byte> name) =>
        name.StartsWith("pipe:["u8) || name.StartsWith("socket:["u8) || name.StartsWith("anon_inode:"u8);

    /// <summary>Whether <paramref name="text"/> is the kernel's for a file of a FUSE mount that never had a name (O_TMPFILE).</summary>
    public static bool IsUnnamed(ReadOnlySpan<byte> text) => text.EndsWith(Unnamed);

    /// <summary>Gives such a text the name that other file systems give: <c>#INODE</c>, which tells one from another.</summary>
    public static void NameByInode(Span<byte> text, ref int length, ulong inode)
    {
        Span<byte> rest = text[(length - Unnamed.Length + 1)..];
        if (Utf8.TryWrite(rest, $"#{inode} (deleted)", out int written))
        {
            length += written - Unnamed.Length + 1;
        }
    }

    private static bool IsWithoutName(ReadOnlySpan<byte> path) => path.StartsWith("/memfd:"u8);

    /// <summary>Devices that our own /dev has under the same path.</summary>
    private static bool IsOwnDevice(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("/dev/null"u8) || path.SequenceEqual("/dev/zero"u8) || path.SequenceEqual("/dev/full"u8)
        || path.SequenceEqual("/dev/random"u8) || path.SequenceEqual("/dev/urandom"u8) || path.SequenceEqual("/dev/tty"u8);
}
