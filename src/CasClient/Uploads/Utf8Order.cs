namespace VirtualRoot.CasClient.Uploads;

/// <summary>Orders strings as their UTF-8 bytes, which is what a canonical Directory wants. Ordinal order differs only
/// where a surrogate pair meets a character above it in UTF-16 and below it in UTF-8.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x;
        ReadOnlySpan<char> right = y;
        int common = left.CommonPrefixLength(right);
        return common == left.Length || common == right.Length
            ? left.Length - right.Length
            : Weight(left[common]) - Weight(right[common]);
    }

    // Surrogates go above everything else.
    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
