using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Bench;

/// <summary>What <see cref="ChildLoop"/> does for <see cref="WriteOperations"/>: each answers with how many operations it has done.</summary>
internal static class WriteLoop
{
    private static readonly SafeFileHandle s_here = new(-100, ownsHandle: false); // AT_FDCWD
    private static readonly byte[] s_block = Random(1 << 20);

    /// <summary>Null: the operation is not one of these.</summary>
    public static int? Perform(string operation, int count, string directory) => operation switch
    {
        "create" => EachFile(count, directory, "f", path => Write(path, 1, 4096, OpenFlags.O_EXCL)),
        "rename" => EachFile(count, directory, "f", path => Check(path, Syscall.RenameAt(s_here, path, s_here, Renamed(path)))),
        "unlink" => EachFile(count, directory, "r", path => Check(path, Syscall.UnlinkAt(s_here, path))),
        "append" => Write(Bytes($"{directory}/appended"), count, 4096, OpenFlags.O_APPEND | OpenFlags.O_TRUNC),
        "write" => Write(Bytes($"{directory}/written"), count, s_block.Length, OpenFlags.O_TRUNC),
        "writesync" => Write(Bytes($"{directory}/written"), count, s_block.Length, OpenFlags.O_TRUNC, sync: true),
        "overwrite" => Write(Bytes($"{directory}/written"), count, s_block.Length, 0),
        "readback" => Read(Bytes($"{directory}/written"), count),
        _ => null,
    };

    private static int EachFile(int count, string directory, string prefix, Action<byte[]> action)
    {
        for (int file = 0; file < count; file++)
        {
            action(Bytes(string.Create(CultureInfo.InvariantCulture, $"{directory}/{prefix}{file:D5}")));
        }

        return count;
    }

    // f00001 becomes r00001, in the same directory.
    private static byte[] Renamed(byte[] path)
    {
        byte[] renamed = [.. path];
        renamed[^7] = (byte)'r';
        return renamed;
    }

    private static int Write(byte[] path, int blocks, int size, OpenFlags flags, bool sync = false)
    {
        using SafeFileHandle file = new(Check(path, Syscall.OpenAt(s_here, path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | flags, 0b110_100_100)), ownsHandle: true);
        for (int block = 0; block < blocks; block++)
        {
            int written = Check(path, Syscall.Write(file, s_block.AsSpan(0, size)));
            if (written != size)
            {
                throw new IOException($"write {Encoding.UTF8.GetString(path)}: {written} of {size}");
            }
        }

        if (sync)
        {
            RandomAccess.FlushToDisk(file);
        }

        return blocks;
    }

    private static int Read(byte[] path, int blocks)
    {
        byte[] buffer = new byte[s_block.Length];
        using SafeFileHandle file = new(Check(path, Syscall.OpenAt(s_here, path, OpenFlags.O_RDONLY)), ownsHandle: true);
        for (int block = 0; block < blocks; block++)
        {
            int read = Check(path, Syscall.PRead(file, buffer, (long)block * buffer.Length));
            if (read != buffer.Length || !buffer.AsSpan().SequenceEqual(s_block))
            {
                throw new IOException($"{Encoding.UTF8.GetString(path)}: block {block} is not what was written");
            }
        }

        return blocks;
    }

    private static int Check(byte[] path, int result) => result >= 0 ? result : throw new IOException($"{Encoding.UTF8.GetString(path)}: {(Errno)(-result)}");

    private static byte[] Bytes(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    private static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        new Random(2).NextBytes(bytes);
        return bytes;
    }
}
