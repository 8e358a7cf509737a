namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>The subjects of the catalogue that roots are held to.</summary>
public static class Subjects
{
    public static readonly IReadOnlyList<string> Enabled =
    [
        "access", "allocation", "copying", "directories", "executing", "linking", "listing", "locks", "mapping", "modes", "opening", "ownership", "racing", "relative",
        "renaming", "special_files", "symlinks", "syncing", "times", "truncation", "unlinking", "xattrs",
    ];

    /// <summary>Cases that run but are not compared, since a root still gets them wrong.</summary>
    public static readonly IReadOnlyList<string> NotYet =
    [
    ];
}
