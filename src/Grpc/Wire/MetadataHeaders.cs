namespace VirtualRoot.Grpc.Wire;

/// <summary>Headers as they come from a peer, turned into metadata.</summary>
internal static class MetadataHeaders
{
    /// <summary>Appends one received header; the protocol's own are left out, and so is a binary value that is no base64.</summary>
    public static void Append(Metadata metadata, string name, string value)
    {
        string key = name.ToLowerInvariant();
        if (ReservedHeaders.Contains(key))
        {
            return;
        }

        if (!Metadata.IsBinaryKey(key))
        {
            metadata.AddReceived(new MetadataEntry(key, value));
            return;
        }

        // Peers and proxies may join several binary values of one key by commas.
        foreach (string part in value.Split(','))
        {
            if (TryDecodeBase64(part.Trim(), out byte[] bytes))
            {
                metadata.AddReceived(new MetadataEntry(key, bytes));
            }
        }
    }

    /// <summary>Base64 with or without its padding, as PROTOCOL-HTTP2 asks receivers to accept.</summary>
    public static bool TryDecodeBase64(string value, out byte[] bytes)
    {
        string padded = (value.Length % 4) switch
        {
            2 => value + "==",
            3 => value + "=",
            _ => value,
        };
        bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out int written))
        {
            bytes = [];
            return false;
        }

        Array.Resize(ref bytes, written);
        return true;
    }
}
