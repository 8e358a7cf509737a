using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests;

/// <summary>The writes of a build tool: under any directory, kept for the run, gone after it.</summary>
[Collection(MountingCollection.Name)]
public sealed class WriteTests(Machine machine)
{
    private const string Writes = """
        set -e
        cd /data
        echo one >new; cat new
        echo two >>new; cat new
        mkdir -p made/deep; mv new made/deep/moved; ls made/deep; cat made/deep/moved
        echo changed >hello.txt; cat hello.txt
        mv empty renamed-input; test ! -e empty; test -f renamed-input
        rm 'name with spaces ünï' link; rmdir empty-directory
        mv made elsewhere; cat elsewhere/deep/moved
        rm -r elsewhere; ls
        dd if=/dev/zero of=/tmp/big bs=65536 count=64 2>/dev/null; wc -c </tmp/big; sha256sum </tmp/big
        cd /; touch at-the-top; ls -d at-the-top
        """;

    private const string Written = """
        one
        one
        two
        moved
        one
        two
        changed
        one
        two
        hello.txt
        large.bin
        renamed-input
        4194304
        bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8  -
        at-the-top

        """;

    [NeedsFuseTheory, BothPrivileges]
    public void Writes_OfABuildTool_AreReadBack(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        Assert.Equal(Written, user.Run(machine.SmallRoot, "/bin/sh", "-c", Writes).Expect().Output);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Writes_OfOneRun_AreNotSeenByTheNext(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        user.Run(machine.SmallRoot, "/bin/sh", "-c", "echo changed >/data/hello.txt; echo x >/data/new; rm /data/large.bin").Expect();
        ProcessOutcome next = user.Run(machine.SmallRoot, "/bin/sh", "-c", "cat /data/hello.txt; test ! -e /data/new; test -e /data/large.bin");
        Assert.Equal("hello\n", next.Expect().Output);
        BlobFiles.AssertIntact(user.Cache);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Mount_Writes_AreReadBackFromOutside(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        Assert.Equal(Written, mounted.Look("/bin/busybox", "sh", "-c", Writes.Replace("/tmp/", mounted.Point + "/tmp/", StringComparison.Ordinal)
            .Replace("cd /data", "cd data", StringComparison.Ordinal).Replace("cd /;", $"cd {mounted.Point};", StringComparison.Ordinal)).Expect().Output);
        mounted.Unmount();
        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted.Point));
    }
}
