using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>A helper that nobody here wrote a line of C# for mounts, and passes the device on with INIT unread.</summary>
[Collection(Driven.Collection)]
public sealed class InheritedMountTests : IDisposable
{
    private const int SIGTERM = 15;

    // helper.py DIR FLAG UID MOUNT COMMAND…: {fd} in the command is the descriptor; SIGTERM goes to the command.
    private const string Helper = """
        import ctypes, os, signal, subprocess, sys
        path, flag, uid, mount = sys.argv[1:5]
        descriptor = os.open('/dev/fuse', os.O_RDWR | getattr(os, flag))
        libc = ctypes.CDLL(None, use_errno=True)
        data = f'fd={descriptor},rootmode=40000,user_id={uid},group_id={uid},allow_other,default_permissions'
        if mount == 'mount' and libc.mount(b'helper', path.encode(), b'fuse.helper', 6, data.encode()):
            sys.exit(os.strerror(ctypes.get_errno()))
        daemon = subprocess.Popen([word.replace('{fd}', str(descriptor)) for word in sys.argv[5:]], pass_fds=[descriptor])
        signal.signal(signal.SIGTERM, lambda *_: daemon.send_signal(signal.SIGTERM))
        status = daemon.wait()
        if mount == 'mount':
            mounts = sum(path in line for line in open('/proc/self/mountinfo'))
            print('status', status, 'mounts', mounts, 'unmounted', libc.umount2(path.encode(), 0), flush=True)
        sys.exit(status)
        """;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [NeedsFuseTheory(PythonGrpc.Interpreter)]
    [InlineData(0u, "O_RDWR", 3)]
    [InlineData(0u, "O_NONBLOCK", 3)]
    [InlineData(Driven.Nobody, "O_RDWR", 1)] // it may not open /dev/fuse, so the device cannot be cloned: the readers share it
    [InlineData(Driven.Nobody, "O_NONBLOCK", 1)]
    public void Inherited_FromAHelper_ServesAndLeavesTheMountToIt(uint uid, string flag, int devices)
    {
        string path = _directory.Create("mnt");
        using ChildProcess helper = Start(path, flag, "mount", uid, "{fd}");
        helper.WaitForOutput($"serving by Inherited, {devices} devices, 0 leaked", Driven.Patience);

        Assert.Equal($"{MountDriver.Content}new\n", Driven.Shell(uid, $"cd {path} && cat hello && echo new > new && cat new", helper.Id).Expect().Output);
        Assert.Equal(MountDriver.Content, Driven.Shell(1, $"cat {path}/hello", helper.Id).Expect().Output);

        helper.Signal(SIGTERM);
        ProcessOutcome outcome = helper.WaitForExit(Driven.Patience).Expect();
        Assert.EndsWith("unmounted\nstatus 0 mounts 1 unmounted 0\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
    }

    [NeedsFuseTheory(PythonGrpc.Interpreter)]
    [InlineData("0", "cannot mount on ", "descriptor 0 is not /dev/fuse: pass the descriptor")]
    [InlineData("77", "cannot mount on ", "descriptor 77 is not open (EBADF): pass the device")]
    [InlineData("{fd}", "", "EPERM")] // open, but nobody has mounted it
    public void Inherited_OfTheWrongDescriptor_SaysSo(string descriptor, string start, string message)
    {
        using ChildProcess helper = Start(_directory.Create("mnt"), "O_RDWR", "no mount", 0, descriptor);

        ProcessOutcome outcome = helper.WaitForExit(Driven.Patience).Expect(MountDriver.Refused);

        string line = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(start, line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
    }

    /// <summary>In a mount namespace where /dev/fuse is root's alone, whatever it is outside.</summary>
    private ChildProcess Start(string path, string flag, string mount, uint uid, string descriptor)
    {
        string script = _directory.Write("helper.py", Helper);
        string device = _directory.Create("dev");
        string prepare = $"set -e; mount -t tmpfs tmpfs {device}; mknod -m 600 {device}/fuse c 10 229; mount --bind {device}/fuse /dev/fuse; exec \"$@\"";
        string[] become = uid == 0 ? [] : ["/usr/bin/setpriv", "--reuid", $"{uid}", "--regid", $"{uid}", "--clear-groups", "--inh-caps=-all", "--"];
        return ChildProcess.Start(new ProcessCommand(
            "/usr/bin/unshare",
            [
                "--mount", "--propagation", "private", "/bin/sh", "-c", prepare, "sh",
                PythonGrpc.Interpreter, script, path, flag, $"{uid}", mount,
                .. become, .. Driven.Line("serve", "Inherited", path, descriptor),
            ])
        {
            Environment = Driven.Variables(),
        });
    }
}
