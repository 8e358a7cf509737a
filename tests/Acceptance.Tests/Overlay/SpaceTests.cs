using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Overlay;

/// <summary>Quotas, a full scratch disk, and what a killed daemon leaves on it.</summary>
[Collection(MountingCollection.Name)]
public sealed class SpaceTests(Machine machine)
{
    [NeedsFuseTheory, BothPrivileges]
    public void QuotaOfBytes_IsEnospcForTheProcess_AndGivenBackOnUnlink(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        // The kernel tells of the last close(2) after that has returned: the script waits for the space.
        const string Script = """
            cd /tmp
            df -k / | grep -c ' 8192 '
            dd if=/dev/zero of=big bs=1048576 count=20 2>&1 | grep -o 'No space left on device'
            rm big
            while ! df -k / | grep -q '8192 *0 *8192'; do sleep 0.05; done
            dd if=/dev/zero of=fits bs=1048576 count=7 2>/dev/null && echo fits
            """;
        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--quota-bytes", "8M"], "/bin/sh", "-c", Script);

        Assert.Equal("1\nNo space left on device\nfits\n", outcome.Expect().Output);
        Assert.Contains("vroot: the root's quota was used up", outcome.Error, StringComparison.Ordinal);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void QuotaOfInodes_IsEnospcForTheProcess_AndGivenBackOnUnlink(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "cd /tmp; for i in 1 2 3 4 5; do mkdir d$i 2>/dev/null && echo $i; done; rmdir d1; ln -s x link && echo link; echo changed >/data/hello.txt && rm /data/empty && echo inputs";
        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--quota-inodes", "3"], "/bin/sh", "-c", Script);
        Assert.Equal("1\n2\n3\nlink\ninputs\n", outcome.Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void FullScratchDisk_IsEnospcForTheProcess_AndTheRootGoesOn(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string scratch = user.Files.Create("small-disk", user.Uid);
        ChildProcess.Run(new ProcessCommand("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=4m,mode=0777", "none", scratch]), TimeSpan.FromSeconds(60)).Expect();
        const string Script = """
            dd if=/dev/zero of=/tmp/big bs=65536 count=1000 2>&1 | grep -o 'No space left on device'
            echo x >>/data/large.bin 2>/dev/null || echo 'no copy'
            cat /data/hello.txt
            rm /tmp/big; until echo works >/tmp/small; do sleep 0.05; done 2>/dev/null; cat /tmp/small
            """;

        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--scratch", scratch], "/bin/sh", "-c", Script);

        Assert.Equal("No space left on device\nno copy\nhello\nworks\n", outcome.Expect().Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
        ChildProcess.Run(new ProcessCommand("/usr/bin/umount", ["-l", scratch]), TimeSpan.FromSeconds(60)).Expect();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void KilledDaemon_LeavesNothingOnceTheNextHasStarted(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string scratch = user.Files.Create("scratch", user.Uid);
        using ChildProcess run = user.StartRun(machine.SmallRoot, ["--scratch", scratch], "/bin/sh", "-c", "dd if=/dev/zero of=/tmp/big bs=65536 count=100 2>/dev/null; echo x >/data/hello.txt; echo ready; sleep 1000");
        run.WaitForOutput("ready", TimeSpan.FromSeconds(60));
        Assert.InRange(BytesBelow(scratch), 100 * 65536, long.MaxValue);

        run.Signal(9);
        run.WaitForExit(TimeSpan.FromSeconds(60));
        user.Run(machine.SmallRoot, ["--scratch", scratch], "/bin/busybox", "true").Expect();

        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
        Assert.Empty(MountTable.Below(user.Files.Path));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void ReadOnlyInputs_RefuseWriting_AndMayBeReplaced(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            (echo x >>/data/hello.txt) 2>&1 | grep -o 'Permission denied'
            (: >/data/hello.txt) 2>&1 | grep -o 'Permission denied'
            cat /data/hello.txt
            echo new >/data/made; mv /data/made /data/hello.txt; cat /data/hello.txt; echo more >>/data/hello.txt; cat /data/hello.txt
            rm /data/empty; test ! -e /data/empty && : >/data/empty && echo x >/data/empty && cat /data/empty
            """;
        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--inputs", "read-only"], "/bin/sh", "-c", Script);
        Assert.Equal("Permission denied\nPermission denied\nhello\nnew\nnew\nmore\nx\n", outcome.Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void CopyOfAWholeInput_FetchesAndWritesNothing(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        mounted.Look("/usr/bin/cp", "data/large.bin", "data/copy").Expect();
        Assert.Equal($"{(5 << 20) + 123}", mounted.Look("/usr/bin/stat", "-c", "%s", "data/copy").Expect().Output.Trim());
        Assert.DoesNotContain(BlobFiles.In(mounted.User.Cache), file => new FileInfo(file).Length > 1 << 20);
        Assert.InRange(BytesBelow(Path.Combine(mounted.User.Cache, "scratch")), 0, 1 << 20);

        mounted.Look("/usr/bin/cmp", "data/large.bin", "data/copy").Expect();

        Assert.Single(BlobFiles.In(mounted.User.Cache), file => new FileInfo(file).Length > 1 << 20);
        mounted.Unmount();
    }

    private static long BytesBelow(string directory) => ChildProcess.Run(new ProcessCommand("/usr/bin/du", ["-sxb", directory]), TimeSpan.FromSeconds(60)).Expect().Output.Split('\t') is [string bytes, ..]
        ? long.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture)
        : -1;
}
