using System.Globalization;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Trees;

/// <summary>An entry of a listing as a line of <c>vroot ls</c>.</summary>
internal static class EntryText
{
    private const uint DefaultMode = 0b100_100_100;
    private const uint ExecutableBits = 0b001_001_001;

    /// <summary>The path alone; '/' behind a directory.</summary>
    public static string Short(ReadOnlySpan<byte> path, DirectoryListing listing, int index) =>
        PrintableText.Of(path) + (listing.GetKind(index) == DirectoryEntryKind.Directory ? "/" : "");

    /// <summary>Mode, size, digest, path, and a link's target.</summary>
    public static string Long(ReadOnlySpan<byte> path, DirectoryListing listing, int index)
    {
        DirectoryEntryKind kind = listing.GetKind(index);
        string digest = kind == DirectoryEntryKind.Symlink ? "-" : listing.GetDigest(index).ToString();
        string target = kind == DirectoryEntryKind.Symlink ? " -> " + PrintableText.Of(listing.GetTarget(index)) : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ModeText(kind, ModeOf(listing, index))} {listing.GetSize(index),12} {digest,-78} {Short(path, listing, index)}{target}");
    }

    /// <summary>The permission bits that the root shows without copy-on-write.</summary>
    public static uint ModeOf(DirectoryListing listing, int index) => listing.TryGetUnixMode(index, out uint mode)
        ? mode & 0xfff
        : listing.GetKind(index) switch
        {
            DirectoryEntryKind.Symlink => 0x1ff,
            DirectoryEntryKind.Directory => DefaultMode | ExecutableBits,
            _ => listing.IsExecutable(index) ? DefaultMode | ExecutableBits : DefaultMode,
        };

    private static string ModeText(DirectoryEntryKind kind, uint mode)
    {
        Span<char> text = stackalloc char[10];
        text[0] = kind switch
        {
            DirectoryEntryKind.Directory => 'd',
            DirectoryEntryKind.Symlink => 'l',
            _ => '-',
        };
        for (int bit = 0; bit < 9; bit++)
        {
            text[1 + bit] = (mode & (0x100u >> bit)) != 0 ? "rwx"[bit % 3] : '-';
        }

        return text.ToString();
    }
}
