using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests;

/// <summary>Against a CAS that nobody here wrote, whose gaps exercise the fallbacks.</summary>
[Collection(MountingCollection.Name)]
public sealed class ThirdPartyCasTests(Machine machine)
{
    private const string HashEverything = "cd /data && find . -type f | while read -r f; do sha256sum \"$f\"; done";

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void BuildStream_PushListCatRun_AreByteIdentical(Privilege privilege)
    {
        using TestDirectory storage = new();
        using BuildStreamCas cas = new(storage.Path);
        using VRootUser user = new(machine, privilege) { Cas = cas.Address };
        PushedRoot small = machine.SmallRoot;

        string digest = user.Invoke("push", small.Tree.Path).Expect().Output.TrimEnd('\n');
        Assert.Equal(small.Digest, digest);
        Assert.Equal(digest, user.Invoke("push", small.Tree.Path).Expect().Output.TrimEnd('\n'));

        string listing = user.Invoke("ls", digest, "/data").Expect().Output;
        Assert.All((string[])["hello.txt", "empty", "empty-directory", "link", "large.bin"], name => Assert.Contains(name, listing, StringComparison.Ordinal));
        foreach (string file in (string[])["/data/hello.txt", "/data/empty", "/data/large.bin", "/data/name with spaces ünï", "/bin/busybox"])
        {
            Assert.Equal(File.ReadAllBytes(small.Tree.Host(file)), user.Invoke("cat", digest, file).Expect().OutputBytes);
        }

        Assert.Equal(HashesOnDisk(small), Sorted(user.Run(small, "/bin/sh", "-c", HashEverything).Expect().Output));
        const string Kinds = "test -x /bin/busybox && test ! -x /data/hello.txt && test -d /data/empty-directory && test ! -s /data/empty && readlink /data/link";
        Assert.Equal("hello.txt\n", user.Run(small, "/bin/sh", "-c", Kinds).Expect().Output);
        BlobFiles.AssertIntact(user.Cache);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void BuildStream_BlobRemovedBehindOurBack_IsAnErrorThatNamesIt(Privilege privilege)
    {
        using TestDirectory storage = new();
        using BuildStreamCas cas = new(storage.Path);
        using VRootUser user = new(machine, privilege) { Cas = cas.Address };
        user.Invoke("push", machine.SmallRoot.Tree.Path).Expect();
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("hello\n"u8));
        File.Delete(Path.Combine(storage.Path, "cas/objects", hash[..2], hash[2..]));

        ProcessOutcome outcome = user.Run(machine.SmallRoot, "/bin/cat", "/data/hello.txt");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("Input/output error", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(hash, outcome.Error, StringComparison.Ordinal);
    }

    private static string HashesOnDisk(PushedRoot root) =>
        Sorted(ChildProcess.Run(new ProcessCommand("/bin/busybox", ["sh", "-c", HashEverything.Replace("/data", root.Tree.Host("/data"), StringComparison.Ordinal)]), TimeSpan.FromSeconds(60)).Expect().Output);

    private static string Sorted(string lines) => string.Join('\n', lines.Split('\n').Order(StringComparer.Ordinal));
}
