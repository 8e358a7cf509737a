using VirtualRoot.Testing;

namespace VirtualRoot.Posix.Tests.Support;

/// <summary>A theory that needs /dev/fuse, root, fusermount3, Debian's python3 and a plain ext4; elsewhere a counted skip that says which is missing.</summary>
public class NeedsPeopleTheoryAttribute : TheoryAttribute
{
    private static readonly (string Path, string Package)[] s_programs = [("/usr/bin/python3", "python3"), ("/usr/bin/unshare", "util-linux"), ("/usr/sbin/mkfs.ext4", "e2fsprogs")];

    public NeedsPeopleTheoryAttribute() => Skip = new NeedsFusermountFactAttribute().Skip ?? Missing(s_programs) ?? Ext4Directory.Missing;

    /// <summary>The first program that is not there, in words.</summary>
    protected static string? Missing(params (string Path, string Package)[] programs) =>
        programs.Where(program => !File.Exists(program.Path)).Select(program => $"there is no {program.Path} (apt-get install {program.Package})").FirstOrDefault();
}
