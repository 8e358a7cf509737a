using System.Globalization;
using System.Text.RegularExpressions;

namespace VirtualRoot.Model.Tests.Operations;

/// <summary>What Programs/operations.c answers.</summary>
internal static partial class Answers
{
    /// <summary>What a file may occupy more than its like on ext4, in blocks of 512 bytes: both round up and allocate ahead as they like.</summary>
    private const long BlocksMore = 2048;

    /// <summary>Whether they are the same, and no file on the mount has lost its holes.</summary>
    public static bool AreAlike(string onMount, string onPlain)
    {
        if (onMount == onPlain)
        {
            return true;
        }

        MatchCollection mount = Blocks().Matches(onMount);
        MatchCollection plain = Blocks().Matches(onPlain);
        return mount.Count == plain.Count && Blocks().Replace(onMount, "") == Blocks().Replace(onPlain, "") &&
            mount.Zip(plain).All(pair => Count(pair.First) <= Count(pair.Second) + BlocksMore);
    }

    private static long Count(Match blocks) => long.Parse(blocks.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" blocks=(\d+)")]
    private static partial Regex Blocks();
}
