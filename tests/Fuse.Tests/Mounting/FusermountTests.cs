using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>Mounts by the setuid program of Debian's fuse3, for an ordinary user without any namespace.</summary>
[Collection(Driven.Collection)]
public sealed class FusermountTests : IDisposable
{
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;

    private readonly TestDirectory _directory = new();
    private readonly string _mountPoint;

    public FusermountTests()
    {
        // A blank: mountinfo and /proc/mounts escape it, and fusermount3 looks its mount up there.
        _mountPoint = Environment.IsPrivilegedProcess ? _directory.Create("mount point", Driven.Nobody) : "";
    }

    public void Dispose()
    {
        if (MountsHere().Count > 0)
        {
            Driven.Shell(0, $"umount -l '{_mountPoint}'"); // left by a test that failed
        }

        _directory.Dispose();
    }

    [NeedsFusermountFact]
    public void Auto_ByAnOrdinaryUser_MountsServesAndUnmountsByFusermount()
    {
        using FuseDeviceForAll device = new();
        using ChildProcess daemon = ChildProcess.Start(Driven.Command(Driven.Nobody, "serve", "Auto", _mountPoint));
        daemon.WaitForOutput("serving by Fusermount, 3 devices, 0 leaked", Driven.Patience);

        string mount = Assert.Single(MountsHere());
        Assert.Contains("nosuid,nodev", mount, StringComparison.Ordinal);
        Assert.Contains("fuse.vroot vroot rw,user_id=65534,group_id=65534,default_permissions", mount, StringComparison.Ordinal);
        Assert.Equal(MountDriver.Content + "new\n", Shell("cat hello; echo new > new; cat new").Expect().Output);
        // Not even root, unless asked for by allow_other.
        Assert.Contains("Permission denied", Driven.Shell(0, $"cat '{_mountPoint}/hello'").Error, StringComparison.Ordinal);

        // Busy, and unmounted all the same.
        using ChildProcess visitor = ChildProcess.Start(new ProcessCommand("/bin/sh", ["-c", $"cd '{_mountPoint}' && echo there && exec sleep 60"]) { Uid = Driven.Nobody });
        visitor.WaitForOutput("there", Driven.Patience);
        daemon.Signal(SIGTERM);
        ProcessOutcome outcome = daemon.WaitForExit(Driven.Patience).Expect();
        Assert.Contains("unmounted", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
        Assert.Empty(MountsHere());
    }

    [NeedsFusermountFact]
    public void Fusermount_WhenTheMountIsTakenAway_TheDaemonEnds()
    {
        using FuseDeviceForAll device = new();
        using ChildProcess daemon = ChildProcess.Start(Driven.Command(Driven.Nobody, "serve", "Fusermount", _mountPoint));
        daemon.WaitForOutput("serving by Fusermount", Driven.Patience);

        Driven.Shell(Driven.Nobody, $"fusermount3 -u '{_mountPoint}'").Expect();

        ProcessOutcome outcome = daemon.WaitForExit(Driven.Patience).Expect();
        Assert.Contains("the mount was gone", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
    }

    [NeedsFusermountFact]
    public void StaleMount_OfAKilledDaemon_IsDetachedByFusermountAlone()
    {
        using FuseDeviceForAll device = new();
        using (ChildProcess daemon = ChildProcess.Start(Driven.Command(Driven.Nobody, "serve", "Fusermount", _mountPoint)))
        {
            daemon.WaitForOutput("serving by Fusermount", Driven.Patience);
            daemon.Signal(SIGKILL);
            daemon.WaitForExit(Driven.Patience).Expect(128 + SIGKILL);
        }

        Assert.Contains("Transport endpoint is not connected", Shell("cat hello").Error, StringComparison.Ordinal);
        // Another user's is no concern of ours, even for root.
        Assert.Equal("", Stale(uid: null, "/usr/bin:/bin").Output);
        ProcessOutcome without = Stale(Driven.Nobody, Coreutils());
        Assert.Equal("", without.Output);
        Assert.Contains("fusermount3 is not installed: apt-get install fuse3", without.Error, StringComparison.Ordinal);
        Assert.Single(MountsHere());

        ProcessOutcome with = Stale(Driven.Nobody, "/usr/bin:/bin");

        Assert.Equal(($"detached {_mountPoint}\n", ""), (with.Output, with.Error));
        Assert.Empty(MountsHere());
    }

    [NeedsFusermountFact]
    public void AllowOther_WhereFuseConfPermitsIt_LetsOthersIn()
    {
        using FuseDeviceForAll device = new();
        string configuration = _directory.Write("fuse.conf", "# ours\n  user_allow_other # really\n");
        using ChildProcess daemon = ChildProcess.Start(Driven.CommandAfter($"mount --bind {configuration} /etc/fuse.conf", "serve", "Fusermount", _mountPoint));
        daemon.WaitForOutput("serving by Fusermount", Driven.Patience);

        Assert.Equal(MountDriver.Content, Driven.Shell(1, $"cat '{_mountPoint}/hello'", daemon.Id).Expect().Output);

        daemon.Signal(SIGTERM);
        Assert.Contains("unmounted", daemon.WaitForExit(Driven.Patience).Expect().Output, StringComparison.Ordinal);
    }

    [NeedsFusermountTheory]
    [InlineData("absent", "fusermount3 is not installed: apt-get install fuse3")]
    [InlineData("not executable", "fusermount3 is not installed: apt-get install fuse3")]
    [InlineData("not setuid", "fusermount3: mount failed: Operation not permitted: it lacks its set-user-id bit: chmod u+s ")]
    [InlineData("not a program", "fusermount3 cannot be executed: ")]
    [InlineData("silent", "fusermount3 sent no device")]
    public void Fusermount_ThatCannotWork_SaysSoAndHowToMendIt(string program, string message)
    {
        using FuseDeviceForAll device = new();
        string fake = Path.Combine(_directory.Create("bin"), "fusermount3");
        string make = program switch
        {
            "absent" => "true",
            "not executable" => $"touch {fake}",
            "not setuid" => $"cp {NeedsFusermountFactAttribute.Program} {fake} && chmod 755 {fake}",
            "silent" => $"cp /bin/true {fake}",
            _ => $"echo nothing > {fake} && chmod 755 {fake}",
        };
        Driven.Shell(0, make).Expect();

        ProcessOutcome outcome = ChildProcess.Run(Driven.Command(Driven.Nobody, "serve", "Fusermount", _mountPoint) with { Environment = Driven.Variables(_directory["bin"]) }, Driven.Patience);

        AssertRefused(outcome, message);
    }

    [NeedsFusermountTheory]
    [InlineData("Fusermount+allow_other", "echo user_allow_other >> /etc/fuse.conf, or mount for yourself alone")]
    [InlineData("Fusermount+no_new_privs", "its set-user-id bit has no effect here (no_new_privs")]
    [InlineData("Fusermount+closed", "failed to open /dev/fuse: Permission denied: chmod 666 /dev/fuse")]
    [InlineData("Fusermount+foreign", "user has no write access to mountpoint /usr: mount on a directory of your own")]
    [InlineData("Auto", "be root, or enter a user namespace (unshare -Urm); or: ")]
    public void Fusermount_ThatRefuses_IsQuotedWithTheRemedy(string situation, string message)
    {
        using FuseDeviceForAll device = new();
        string configuration = _directory.Write("fuse.conf", "#user_allow_other\n");
        string prepare = $"mount --bind {configuration} /etc/fuse.conf";
        string strategy = situation.EndsWith("+allow_other", StringComparison.Ordinal) ? situation : situation.Split('+')[0];
        prepare += situation.Split('+')[^1] switch
        {
            "closed" => $"; mkdir {_directory["dev"]}; mount -t tmpfs tmpfs {_directory["dev"]}; mknod -m 600 {_directory["dev"]}/fuse c 10 229; mount --bind {_directory["dev"]}/fuse /dev/fuse",
            "no_new_privs" => "; set -- setpriv --no-new-privs -- \"$@\"",
            "Auto" => "; set -- env PATH=/nowhere \"$@\"",
            _ => "",
        };

        ProcessOutcome outcome = ChildProcess.Run(
            Driven.CommandAfter(prepare, "serve", strategy, situation.EndsWith("+foreign", StringComparison.Ordinal) ? "/usr" : _mountPoint),
            Driven.Patience);

        AssertRefused(outcome, message);
    }

    private static void AssertRefused(ProcessOutcome outcome, string message)
    {
        outcome.Expect(MountDriver.Refused);
        Assert.Equal("", outcome.Output);
        string line = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("cannot mount on /", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
    }

    private ProcessOutcome Shell(string script) => Driven.Shell(Driven.Nobody, $"cd '{_mountPoint}' 2>/dev/null; cat '{_mountPoint}/hello' >/dev/null && {{ {script}; }}");

    private ProcessOutcome Stale(uint? uid, string path) =>
        ChildProcess.Run(Driven.Command(uid, "stale", _directory.Path) with { Environment = Driven.Variables(path) }, Driven.Patience).Expect();

    /// <summary>A PATH with stat, but without fusermount3.</summary>
    private string Coreutils()
    {
        string bin = _directory.Create("coreutils");
        Driven.Shell(0, $"ln -s /usr/bin/stat {bin}/stat").Expect();
        return bin;
    }

    // mountinfo shows a blank as \040.
    private IReadOnlyList<string> MountsHere() => MountTable.Below(_directory.Path);
}
