using System.Buffers.Binary;

namespace VirtualRoot.Cli.Demo;

/// <summary>What an executable needs to run (elf(5)).</summary>
internal static class ElfFile
{
    private const int HeaderBytes = 64;
    private const int PT_INTERP = 3;

    /// <summary>Whether a file is a 64-bit little-endian program without an interpreter, so that it runs in a root with nothing else.</summary>
    public static bool IsStaticProgram(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes
            || !header[..4].SequenceEqual("\u007fELF"u8) || header[4] != 2 || header[5] != 1)
        {
            return false;
        }

        long table = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        Span<byte> type = stackalloc byte[4];
        for (int entry = 0; entry < entries; entry++)
        {
            file.Position = table + (entry * entryBytes);
            if (file.ReadAtLeast(type, type.Length, throwOnEndOfStream: false) < type.Length || BinaryPrimitives.ReadInt32LittleEndian(type) == PT_INTERP)
            {
                return false;
            }
        }

        return entries > 0;
    }
}
