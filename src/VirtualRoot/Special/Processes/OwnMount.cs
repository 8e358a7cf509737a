using System.Buffers;
using System.Buffers.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>Our own mount's device number, as the daemon's mountinfo tells it: asking the mount itself would be a request to
/// ourselves. Found when it is first needed, since the special directories are made before the mount.</summary>
internal sealed class OwnMount(ProcessTable processes)
{
    private long _device = -1;

    /// <summary>The device of the file system at the mount point.</summary>
    public (uint Major, uint Minor) Device
    {
        get
        {
            long device = Volatile.Read(ref _device);
            if (device < 0)
            {
                (uint major, uint minor) = Find();
                device = ((long)major << 32) | minor;
                Volatile.Write(ref _device, device);
            }

            return ((uint)(device >> 32), (uint)device);
        }
    }

    /// <summary>The device in the last line of <paramref name="mountInfo"/> whose mount point is <paramref name="path"/> or
    /// the nearest above it.</summary>
    internal static (uint Major, uint Minor)? Find(ReadOnlySpan<byte> mountInfo, ReadOnlySpan<byte> path)
    {
        (uint, uint)? found = null;
        int nearest = 0;
        Span<Range> fields = stackalloc Range[6];
        foreach (Range range in mountInfo.Split((byte)'\n'))
        {
            // id parent major:minor root mountpoint …
            ReadOnlySpan<byte> line = mountInfo[range];
            int count = 0;
            foreach (Range field in line.Split((byte)' '))
            {
                if (count == fields.Length)
                {
                    break;
                }

                fields[count++] = field;
            }

            if (count < 6)
            {
                continue;
            }

            ReadOnlySpan<byte> device = line[fields[2]];
            byte[] mountPoint = Unescape(line[fields[4]]);
            if (mountPoint.Length >= nearest && RootedPath.IsBelow(path, mountPoint)
                && Utf8Parser.TryParse(device, out uint major, out int consumed) && consumed < device.Length
                && Utf8Parser.TryParse(device[(consumed + 1)..], out uint minor, out _))
            {
                found = (major, minor);
                nearest = mountPoint.Length;
            }
        }

        return found;
    }

    private (uint Major, uint Minor) Find()
    {
        ArrayBufferWriter<byte> text = new();
        Errno errno = ProcReader.ReadAll(processes.Proc, "thread-self/mountinfo\0"u8, text);
        return errno == Errno.Success && Find(text.WrittenSpan, processes.MountPoint) is { } device ? device : (0, 0);
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
}
