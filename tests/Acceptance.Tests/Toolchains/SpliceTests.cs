using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;

namespace VirtualRoot.Acceptance.Tests.Toolchains;

/// <summary>Programs that read by sendfile(2), which goes past FOPEN_DIRECT_IO: busybox's cat printed nothing once.</summary>
[Collection(MountingCollection.Name)]
public sealed class SpliceTests(Machine machine)
{
    [NeedsFuseTheory, BothPrivileges("/proc/self/status", "/proc/self/limits", "/proc/mounts", "/proc/meminfo")]
    public void Cat_OfGeneratedFile_PrintsAsMuchAsRead(Privilege privilege, string path)
    {
        using VRootUser user = new(machine, privilege);
        // dd reads, cat splices; the lines are counted, since the texts differ in their numbers.
        string script = $"cat {path} | wc -l; dd if={path} bs=64k 2>/dev/null | wc -l; stat -L -c %s {path}";
        string[] lines = user.Run(machine.SmallRoot, "/bin/sh", "-c", script).Expect().Output.Split('\n');
        Assert.NotEqual("0", lines[0]);
        Assert.Equal((lines[1], "0"), (lines[0], lines[2]));
    }
}
