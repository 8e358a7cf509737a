namespace VirtualRoot.CasClient.Directories;

/// <summary>Paths below one directory, itself included; sums saturate.</summary>
internal readonly record struct SubtreeCount(long Files, long FileBytes, long Directories, long Symlinks)
{
    public static SubtreeCount operator +(SubtreeCount left, SubtreeCount right) => new(
        Sum(left.Files, right.Files),
        Sum(left.FileBytes, right.FileBytes),
        Sum(left.Directories, right.Directories),
        Sum(left.Symlinks, right.Symlinks));

    private static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}
