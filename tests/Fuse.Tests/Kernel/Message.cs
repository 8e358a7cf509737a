using System.Globalization;
using System.Text;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>Builds messages field by field, little-endian: <c>u32:1 u64:2 "name\0" x:ff00</c>.</summary>
internal static class Message
{
    public const ulong Unique = 0x1122334455667788;
    public const ulong Node = 0x42;

    /// <summary>Bytes of the fields, without a header.</summary>
    public static byte[] Bytes(string fields)
    {
        MemoryStream bytes = new();
        foreach (string field in fields.Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            string value = field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..];
            bytes.Write(field[..field.IndexOf(':', StringComparison.Ordinal)] switch
            {
                "u64" => BitConverter.GetBytes(Number(value)),
                "u32" => BitConverter.GetBytes((uint)Number(value)),
                "i32" => BitConverter.GetBytes(int.Parse(value, CultureInfo.InvariantCulture)),
                "u16" => BitConverter.GetBytes((ushort)Number(value)),
                "z" => [.. Encoding.UTF8.GetBytes(value), 0],
                "s" => Encoding.UTF8.GetBytes(value),
                "zeros" => new byte[int.Parse(value, CultureInfo.InvariantCulture)],
                _ => throw new FormatException(field),
            });
        }

        return bytes.ToArray();
    }

    /// <summary>A request: fuse_in_header, then the fields.</summary>
    public static byte[] Request(FuseOpcode opcode, string fields, ulong unique = Unique, ulong node = Node, byte[]? extension = null)
    {
        byte[] body = [.. Bytes(fields), .. extension ?? []];
        byte[] header = Bytes(string.Create(CultureInfo.InvariantCulture, $"""
            u32:{40 + body.Length}
            u32:{(uint)opcode}
            u64:{unique}
            u64:{node}
            u32:1000
            u32:1001
            u32:1234
            u16:{(extension?.Length ?? 0) / 8}
            u16:0
            """));
        return [.. header, .. body];
    }

    /// <summary>A reply: fuse_out_header, then the fields.</summary>
    public static byte[] Reply(string fields, int error = 0, ulong unique = Unique)
    {
        byte[] body = Bytes(fields);
        return [.. Bytes(string.Create(CultureInfo.InvariantCulture, $"u32:{16 + body.Length} i32:{error} u64:{unique}")), .. body];
    }

    public static int ErrorOf(byte[] reply) => BitConverter.ToInt32(reply, 4);

    public static ulong UniqueOf(byte[] reply) => BitConverter.ToUInt64(reply, 8);

    private static ulong Number(string value) =>
        value.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.Parse(value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : ulong.Parse(value, CultureInfo.InvariantCulture);
}
