using System.Globalization;
using System.Text;
using System.Text.Json;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Cli.Trees;

/// <summary>An entry of a listing as an object of <c>vroot ls --output json</c>.</summary>
internal static class EntryJson
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, byte[] path, DirectoryListing listing, int index)
    {
        DirectoryEntryKind kind = listing.GetKind(index);
        json.WriteStartObject();
        WriteText(json, "path", path);
        json.WriteString("type", kind switch
        {
            DirectoryEntryKind.Directory => "directory",
            DirectoryEntryKind.Symlink => "symlink",
            _ => "file",
        });
        json.WriteString("mode", Convert.ToString(EntryText.ModeOf(listing, index), 8).PadLeft(4, '0'));
        if (kind == DirectoryEntryKind.Symlink)
        {
            WriteText(json, "target", listing.GetTarget(index));
        }
        else
        {
            json.WriteString("digest", listing.GetDigest(index).ToString());
        }

        if (kind == DirectoryEntryKind.File)
        {
            json.WriteNumber("size", listing.GetSize(index));
            json.WriteBoolean("executable", listing.IsExecutable(index));
        }

        if (listing.TryGetModificationTime(index, out long seconds, out uint nanoseconds))
        {
            json.WriteString("mtime", string.Create(CultureInfo.InvariantCulture, $"{seconds}.{nanoseconds:d9}"));
        }

        json.WriteEndObject();
    }

    // JSON has only Unicode: other bytes stand beside, in base64.
    private static void WriteText(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            json.WriteString(name, s_strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            json.WriteString(name, Encoding.UTF8.GetString(bytes));
            json.WriteBase64String(name + "Base64", bytes);
        }
    }
}
