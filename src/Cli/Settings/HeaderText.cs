namespace VirtualRoot.Cli.Settings;

/// <summary>Headers as options and the environment write them, and how layers of them unite.</summary>
internal static class HeaderText
{
    /// <summary>Reads K=V.</summary>
    /// <exception cref="CliException">There is no '=' behind a name. The text is not shown: it may be a secret.</exception>
    public static KeyValuePair<string, string> Parse(string text, string origin)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(text[..equals].Trim().ToLowerInvariant(), text[(equals + 1)..].Trim())
            : throw CliException.Usage($"a header of {origin} is not NAME=VALUE (its text is not shown: it may be a secret)");
    }

    /// <summary>Reads lines of K=V.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ParseLines(string text, string origin)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            yield return Parse(line, origin);
        }
    }

    /// <summary>Adds headers to those of stronger layers: a name that one of these has is left out.</summary>
    public static void AddWeaker(List<KeyValuePair<string, string>> headers, IEnumerable<KeyValuePair<string, string>> weaker)
    {
        int stronger = headers.Count;
        foreach (KeyValuePair<string, string> header in weaker)
        {
            if (!headers.Take(stronger).Any(other => other.Key.Equals(header.Key, StringComparison.OrdinalIgnoreCase)))
            {
                headers.Add(header);
            }
        }
    }
}
