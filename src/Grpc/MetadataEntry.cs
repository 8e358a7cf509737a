using System.Text;

namespace VirtualRoot.Grpc;

/// <summary>One header or trailer of a call: text, or bytes if the key ends in <c>-bin</c>.</summary>
public readonly struct MetadataEntry
{
    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    internal MetadataEntry(string key, string text)
    {
        Key = key;
        _text = text;
    }

    internal MetadataEntry(string key, ReadOnlyMemory<byte> bytes)
    {
        Key = key;
        _bytes = bytes;
    }

    /// <summary>The name, in lower case.</summary>
    public string Key { get; }

    /// <summary>Whether the value is bytes.</summary>
    public bool IsBinary => _text is null;

    /// <summary>The text of an ASCII entry.</summary>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string Value => _text ?? throw new InvalidOperationException($"metadata '{Key}' is binary: read ValueBytes");

    /// <summary>The bytes of a binary entry, or those of the text.</summary>
    public ReadOnlyMemory<byte> ValueBytes => _text is null ? _bytes : Encoding.Latin1.GetBytes(_text);

    /// <summary>The value as it stands in a header: text, or base64 without padding.</summary>
    internal string WireValue => _text ?? Convert.ToBase64String(_bytes.Span).TrimEnd('=');

    /// <summary>The key alone: values may be secrets.</summary>
    public override string ToString() => Key ?? string.Empty;
}
