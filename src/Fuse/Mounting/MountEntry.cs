using System.Globalization;
using System.Text;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>One line of /proc/self/mountinfo (proc_pid_mountinfo(5)), as far as it matters here.</summary>
/// <param name="MountPoint">Where it is mounted, as this process sees it.</param>
/// <param name="FileSystemType">Type and subtype, such as fuse.vroot.</param>
/// <param name="Source">The source that mount(2) was given.</param>
/// <param name="SuperOptions">The file system's own options.</param>
public sealed record MountEntry(string MountPoint, string FileSystemType, string Source, string SuperOptions)
{
    private const string Table = "/proc/self/mountinfo";

    /// <summary>The user id that mounted a FUSE file system; null for others.</summary>
    public uint? UserId =>
        SuperOptions.Split(',').FirstOrDefault(option => option.StartsWith("user_id=", StringComparison.Ordinal)) is { } option &&
        uint.TryParse(option.AsSpan("user_id=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? id
            : null;

    /// <summary>Every mount of this process's mount namespace, in the order of mounting. Touches none of them.</summary>
    public static IReadOnlyList<MountEntry> ReadAll() =>
        [.. File.ReadLines(Table).Select(Parse).OfType<MountEntry>()];

    /// <summary>Takes a line apart; null if it is none.</summary>
    public static MountEntry? Parse(string line)
    {
        // id parent major:minor root mount-point options [optional-field ...] - type source super-options
        string[] fields = line.Split(' ');
        int separator = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        return separator < 0 || separator + 3 >= fields.Length
            ? null
            : new MountEntry(Unescape(fields[4]), Unescape(fields[separator + 1]), Unescape(fields[separator + 2]), fields[separator + 3]);
    }

    /// <summary>Blank, tab, newline and backslash stand as three octal digits after a backslash; other bytes as they are.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        StringBuilder text = new();
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}
