namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>What of the catalogue roots are held to.</summary>
public static class Subjects
{
    public static readonly IReadOnlyList<string> Enabled =
    [
        "access", "allocation", "copying", "directories", "linking", "listing", "locks", "mapping", "modes", "opening", "ownership", "relative",
        "renaming", "special_files", "symlinks", "syncing", "times", "truncation", "unlinking", "xattrs",
    ];

    /// <summary>Cases of enabled subjects that run but are not compared, since a root still gets them wrong.</summary>
    public static readonly IReadOnlyList<string> NotYet =
    [
    ];
}
