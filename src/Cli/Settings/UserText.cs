using System.Globalization;

namespace VirtualRoot.Cli.Settings;

/// <summary>Users as options name them: <c>UID</c> or <c>UID:GID</c>, in numbers.</summary>
internal static class UserText
{
    /// <summary>Reads one; a uid alone is its gid, too.</summary>
    public static bool TryParse(string text, out uint uid, out uint gid)
    {
        string[] ids = text.Split(':');
        uid = gid = 0;
        if (ids.Length is not (1 or 2) || !uint.TryParse(ids[0], NumberStyles.None, CultureInfo.InvariantCulture, out uid))
        {
            return false;
        }

        gid = uid;
        return ids.Length == 1 || uint.TryParse(ids[1], NumberStyles.None, CultureInfo.InvariantCulture, out gid);
    }
}
