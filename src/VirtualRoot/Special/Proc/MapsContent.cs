using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>
/// maps, smaps and smaps_rollup, with the caller's root taken from the paths. The kernel writes a newline in a path as <c>\012</c> and nothing else,
/// so the prefix is compared in the same form. A file outside the root keeps its mapping and loses its path, but for
/// names that are none (memfd, SysV shared memory, /dev/zero).
/// </summary>
internal sealed class MapsContent(ReadOnlySpan<byte> path) : IProcessContent
{
    private readonly byte[] _path = path.ToArray();

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        Span<byte> buffer = stackalloc byte[4096];
        byte[] root = Escape(view.ReadRoot(buffer));
        ArrayBufferWriter<byte> text = new();
        Errno errno = view.Target.ReadAll(_path, text);
        if (errno == Errno.Success)
        {
            Strip(text.WrittenSpan, root, content);
        }

        return errno;
    }

    /// <summary>Appends the lines of <paramref name="maps"/> as they read below <paramref name="root"/>, which is escaped.</summary>
    internal static void Strip(ReadOnlySpan<byte> maps, ReadOnlySpan<byte> root, ArrayBufferWriter<byte> content)
    {
        while (!maps.IsEmpty)
        {
            int end = maps.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? maps : maps[..end];
            maps = end < 0 ? default : maps[(end + 1)..];

            // address perms offset dev inode, then blanks and the path: no slash comes before the path's first. The lines
            // of numbers that smaps has below each have none.
            int slash = line.IndexOf((byte)'/');
            if (slash < 0)
            {
                content.Write(line);
            }
            else
            {
                ReadOnlySpan<byte> path = line[slash..];
                if (RootedPath.IsBelow(path, root))
                {
                    content.Write(line[..slash]);
                    content.Write(root is [(byte)'/'] ? path : path.Length == root.Length ? "/"u8 : path[root.Length..]);
                }
                else
                {
                    content.Write(IsNoPath(path) ? line : line[..slash].TrimEnd((byte)' '));
                }
            }

            content.Write("\n"u8);
        }
    }

    private static bool IsNoPath(ReadOnlySpan<byte> path) =>
        path.StartsWith("/memfd:"u8) || path.StartsWith("/SYSV"u8) || path.StartsWith("/dev/zero"u8) || path.StartsWith("/anon_hugepage"u8);

    private static byte[] Escape(ReadOnlySpan<byte> path)
    {
        List<byte> escaped = new(path.Length);
        foreach (byte one in path)
        {
            if (one == '\n')
            {
                escaped.AddRange("\\012"u8);
            }
            else
            {
                escaped.Add(one);
            }
        }

        return [.. escaped];
    }
}
