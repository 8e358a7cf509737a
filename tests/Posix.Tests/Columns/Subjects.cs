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
        // Opening with O_TRUNC by whoever may not keep them leaves the set-ID bits.
        "modes.open_truncation_by_others_clears_set_ids", "modes.set_ids_and_open_truncation",
        // In a chrooted root, /proc/self/fd/N of an unlinked or unnamed file is ENOENT.
        "locks.lock_of_an_unlinked_file", "opening.temporary_file_linked_by_proc", "opening.temporary_file_over_a_name",
        "unlinking.open_file_reopened_by_proc", "unlinking.open_file_truncated_by_proc", "unlinking.deleted_program_still_runs",
        // The attribute "user.", without a name, is kept.
        "xattrs.name_without_a_rest",
    ];
}
