using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test that needs /dev/fuse, root (to become other users) and a set-user-id fusermount3; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsFusermountFactAttribute : FactAttribute
{
    /// <summary>Where Debian's package fuse3 puts it.</summary>
    public const string Program = "/usr/bin/fusermount3";

    private const string NotInstalled = "there is no /usr/bin/fusermount3 (apt-get install fuse3)";
    private const string NotSetUserId = "/usr/bin/fusermount3 lacks its set-user-id bit (chmod u+s /usr/bin/fusermount3)";

    public NeedsFusermountFactAttribute() => Skip = Missing;

    /// <summary>What is missing here, or null.</summary>
    internal static string? Missing =>
        new NeedsFuseFactAttribute().Skip ??
        (!File.Exists(Program) ? NotInstalled : (File.GetUnixFileMode(Program) & UnixFileMode.SetUser) == 0 ? NotSetUserId : null);
}
