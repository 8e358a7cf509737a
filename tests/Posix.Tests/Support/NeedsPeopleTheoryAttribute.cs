using VirtualRoot.Testing;

namespace VirtualRoot.Posix.Tests.Support;

/// <summary>A theory that needs /dev/fuse, root, fusermount3, newuidmap and Debian's python3; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsPeopleTheoryAttribute : TheoryAttribute
{
    private static readonly (string Path, string Package)[] s_programs =
        [("/usr/bin/python3", "python3"), ("/usr/bin/newuidmap", "uidmap"), ("/usr/bin/unshare", "util-linux"), ("/usr/sbin/mkfs.ext4", "e2fsprogs")];

    public NeedsPeopleTheoryAttribute()
    {
        Skip = new NeedsFusermountFactAttribute().Skip ??
            s_programs.Where(program => !File.Exists(program.Path)).Select(program => $"there is no {program.Path} (apt-get install {program.Package})").FirstOrDefault() ??
            Ext4Directory.Missing;
    }
}
