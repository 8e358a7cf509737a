using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace VirtualRoot.Special.Processes;

/// <summary>Our own mount, as the daemon's mountinfo tells it: asking the mount itself would be a request to ourselves. Found
/// when it is first needed, since the special directories are made before the mount.</summary>
internal sealed class OwnMount(ProcessTable processes)
{
    private volatile Found? _found;

    /// <summary>The device of the file system at the mount point.</summary>
    public (uint Major, uint Minor) Device => Find().Device;

    /// <summary>What is mounted exactly at the mount point; null if nothing is.</summary>
    public MountTop? Top => Find().Top;

    /// <summary>The daemon's own root directory.</summary>
    public MountTop? DaemonsTop => Find().DaemonsTop;

    /// <summary>The device in the last line of <paramref name="mountInfo"/> whose mount point is <paramref name="path"/> or
    /// the nearest above it.</summary>
    internal static (uint Major, uint Minor)? Find(ReadOnlySpan<byte> mountInfo, ReadOnlySpan<byte> path)
    {
        (uint, uint)? found = null;
        int nearest = 0;
        foreach (Range range in mountInfo.Split((byte)'\n'))
        {
            if (TryParse(mountInfo[range], out MountTop top, out byte[] mountPoint) && mountPoint.Length >= nearest && RootedPath.IsBelow(path, mountPoint))
            {
                found = (top.Major, top.Minor);
                nearest = mountPoint.Length;
            }
        }

        return found;
    }

    /// <summary>What the last line of <paramref name="mountInfo"/> shows whose mount point is <paramref name="path"/>; a line
    /// that is cut off counts if its mount point is whole.</summary>
    internal static MountTop? FindTop(ReadOnlySpan<byte> mountInfo, ReadOnlySpan<byte> path)
    {
        MountTop? found = null;
        foreach (Range range in mountInfo.Split((byte)'\n'))
        {
            if (TryParse(mountInfo[range], out MountTop top, out byte[] mountPoint) && path.SequenceEqual(mountPoint))
            {
                found = top;
            }
        }

        return found;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out MountTop top, out byte[] mountPoint)
    {
        top = default;
        mountPoint = [];

        // id parent major:minor directory mountpoint …
        Span<Range> fields = stackalloc Range[6];
        int count = 0;
        foreach (Range field in line.Split((byte)' '))
        {
            if (count == fields.Length)
            {
                break;
            }

            fields[count++] = field;
        }

        if (count < fields.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> device = line[fields[2]];
        if (!Utf8Parser.TryParse(device, out uint major, out int consumed) || consumed >= device.Length
            || !Utf8Parser.TryParse(device[(consumed + 1)..], out uint minor, out _))
        {
            return false;
        }

        top = new MountTop(major, minor, Encoding.Latin1.GetString(line[fields[3]]));
        mountPoint = Unescape(line[fields[4]]);
        return true;
    }

    private Found Find()
    {
        if (_found is { } found)
        {
            return found;
        }

        ArrayBufferWriter<byte> text = new();
        ProcReader.ReadAll(processes.Proc, "thread-self/mountinfo\0"u8, text);
        ReadOnlySpan<byte> all = text.WrittenSpan;
        return _found = new Found(Find(all, processes.MountPoint) ?? (0, 0), FindTop(all, processes.MountPoint), FindTop(all, "/"u8));
    }

    /// <summary>Blank, tab, newline and backslash stand as three octal digits.</summary>
    private static byte[] Unescape(ReadOnlySpan<byte> field)
    {
        List<byte> path = new(field.Length);
        for (int at = 0; at < field.Length; at++)
        {
            if (field[at] == '\\' && at + 3 < field.Length && field.Slice(at + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0)
            {
                path.Add((byte)(((field[at + 1] - '0') << 6) | ((field[at + 2] - '0') << 3) | (field[at + 3] - '0')));
                at += 3;
            }
            else
            {
                path.Add(field[at]);
            }
        }

        return [.. path];
    }

    private sealed record Found((uint Major, uint Minor) Device, MountTop? Top, MountTop? DaemonsTop);
}
