namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>The subjects of the catalogue that roots are held to: all.</summary>
public static class Subjects
{
    public static readonly IReadOnlyList<string> Enabled =
    [
        "access", "allocation", "copying", "directories", "executing", "linking", "listing", "locks", "mapping", "modes", "opening", "ownership", "racing", "relative",
        "renaming", "special_files", "symlinks", "syncing", "times", "truncation", "unlinking", "xattrs",
    ];
}
