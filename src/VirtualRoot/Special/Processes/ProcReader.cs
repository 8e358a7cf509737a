using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>Reads files, links and directories of procfs by a directory descriptor, never by a path from the top.</summary>
internal static class ProcReader
{
    private const int DirentName = 19;

    /// <summary>Opens <paramref name="path"/>, which ends in NUL, below <paramref name="directory"/>; a link is not followed.</summary>
    public static Errno Open(SafeHandle directory, ReadOnlySpan<byte> path, OpenFlags flags, out SafeFileHandle? file)
    {
        int result = Syscall.OpenAt(directory, path, flags | OpenFlagsOfThisMachine.O_NOFOLLOW);
        file = result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
        return result < 0 ? (Errno)(-result) : Errno.Success;
    }

    /// <summary>The file's first bytes, as many as fit.</summary>
    public static Errno ReadStart(SafeHandle directory, ReadOnlySpan<byte> path, Span<byte> buffer, out int length)
    {
        length = 0;
        Errno errno = Open(directory, path, OpenFlags.O_RDONLY, out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            while (length < buffer.Length)
            {
                int count = Syscall.Read(file, buffer[length..]);
                if (count < 0)
                {
                    return (Errno)(-count);
                }

                if (count == 0)
                {
                    break;
                }

                length += count;
            }

            return Errno.Success;
        }
    }

    /// <summary>The whole file, appended to <paramref name="content"/>.</summary>
    public static Errno ReadAll(SafeHandle directory, ReadOnlySpan<byte> path, ArrayBufferWriter<byte> content)
    {
        Errno errno = Open(directory, path, OpenFlags.O_RDONLY, out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            while (true)
            {
                int count = Syscall.Read(file, content.GetSpan(4096));
                if (count <= 0)
                {
                    return (Errno)(-count);
                }

                content.Advance(count);
            }
        }
    }

    /// <summary>Names of a directory that are decimal numbers (processes, threads, descriptors).</summary>
    public static Errno ListNumbers(SafeHandle directory, ReadOnlySpan<byte> path, List<int> numbers)
    {
        Errno errno = Open(directory, path, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_DIRECTORY, out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            Span<byte> buffer = stackalloc byte[8192];
            while (true)
            {
                int count = Syscall.GetDents(file, buffer);
                if (count <= 0)
                {
                    return (Errno)(-count);
                }

                for (int at = 0; at < count;)
                {
                    ReadOnlySpan<byte> entry = buffer[at..count];
                    int length = BinaryPrimitives.ReadUInt16LittleEndian(entry[16..]);
                    ReadOnlySpan<byte> name = entry[DirentName..length];
                    if (TryParseNumber(name[..name.IndexOf((byte)0)], out int number))
                    {
                        numbers.Add(number);
                    }

                    at += length;
                }
            }
        }
    }

    /// <summary>A name as procfs takes numbers: decimal, no sign, no leading zero, at most 2^31 - 1.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> name, out int number)
    {
        number = 0;
        return name.Length is > 0 and <= 10
            && !name.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (name[0] != '0' || name.Length == 1)
            && Utf8Parser.TryParse(name, out number, out int consumed)
            && consumed == name.Length;
    }
}
