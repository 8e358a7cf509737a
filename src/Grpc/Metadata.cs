using System.Collections;

namespace VirtualRoot.Grpc;

/// <summary>
/// An ordered list of headers or trailers; a key may occur several times. Keys are lower-case letters, digits, <c>_</c>,
/// <c>-</c> and <c>.</c>; a key that ends in <c>-bin</c> has bytes as its value, any other printable ASCII. On the way the texts
/// of one key may be joined by a comma, as HTTP allows; bytes arrive as separate entries, but servers on gRPC's C core (not
/// ours) refuse a repeated binary key of this client, whose HTTP stack cannot send one name twice.
/// </summary>
public sealed class Metadata : IReadOnlyList<MetadataEntry>
{
    private const string BinarySuffix = "-bin";
    private readonly List<MetadataEntry> _entries = [];

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public MetadataEntry this[int index] => _entries[index];

    /// <summary>Appends a text entry.</summary>
    /// <exception cref="ArgumentException">The key or the value cannot stand in a header; the message never shows the value.</exception>
    public void Add(string key, string value)
    {
        key = Checked(key);
        if (IsBinaryKey(key))
        {
            throw new ArgumentException($"metadata '{key}' ends in -bin, so that its value must be given as bytes", nameof(key));
        }

        if (!IsValidText(value))
        {
            throw new ArgumentException($"the value of metadata '{key}' must be printable ASCII without spaces at its ends; use a key that ends in -bin for other bytes", nameof(value));
        }

        _entries.Add(new MetadataEntry(key, value));
    }

    /// <summary>Appends a binary entry.</summary>
    /// <exception cref="ArgumentException">The key cannot stand in a header, or does not end in <c>-bin</c>.</exception>
    public void Add(string key, ReadOnlyMemory<byte> value)
    {
        key = Checked(key);
        if (!IsBinaryKey(key))
        {
            throw new ArgumentException($"metadata '{key}' has bytes as its value, so that its key must end in -bin", nameof(key));
        }

        _entries.Add(new MetadataEntry(key, value.ToArray()));
    }

    /// <summary>Appends a binary entry.</summary>
    /// <exception cref="ArgumentException">The key cannot stand in a header, or does not end in <c>-bin</c>.</exception>
    public void Add(string key, byte[] value) => Add(key, (ReadOnlyMemory<byte>)value);

    /// <summary>The text of the last entry named <paramref name="key"/>, or null.</summary>
    public string? GetValue(string key) => Last(key) is { IsBinary: false } entry ? entry.Value : null;

    /// <summary>The bytes of the last entry named <paramref name="key"/>, or null.</summary>
    public ReadOnlyMemory<byte>? GetValueBytes(string key) => Last(key) is { } entry ? entry.ValueBytes : null;

    /// <summary>Every entry named <paramref name="key"/>, in order.</summary>
    public IEnumerable<MetadataEntry> GetAll(string key) =>
        _entries.Where(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerator<MetadataEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static bool IsBinaryKey(string key) => key.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Appends what a peer sent, which is kept as it is.</summary>
    internal void AddReceived(MetadataEntry entry) => _entries.Add(entry);

    private MetadataEntry? Last(string key)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Key.Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                return _entries[i];
            }
        }

        return null;
    }

    private static string Checked(string key)
    {
        string lower = key.ToLowerInvariant();
        if (lower.Length == 0 || !lower.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.'))
        {
            throw new ArgumentException($"'{key}' cannot be a metadata key: use letters, digits, '_', '-' and '.'", nameof(key));
        }

        if (Wire.ReservedHeaders.Contains(lower))
        {
            throw new ArgumentException($"metadata '{lower}' belongs to the protocol and cannot be set", nameof(key));
        }

        return lower;
    }

    private static bool IsValidText(string value) =>
        value.All(static c => c is >= ' ' and <= '~') && (value.Length == 0 || (value[0] != ' ' && value[^1] != ' '));
}
