using VirtualRoot.Linux;

namespace VirtualRoot.Worker.Tests;

public sealed class ExecFailureTests : IClassFixture<ActionFixture>
{
    private readonly ActionFixture _fixture;

    public ExecFailureTests(ActionFixture fixture)
    {
        _fixture = fixture;
        Write("etc/text", "hello\n", executable: false);
        Write("etc/noformat", "hello\n", executable: true);
        Write("etc/badscript", "#!/no/such/interpreter\n", executable: true);
        Write("bin/badscript", "#!/no/such/interpreter\n", executable: true);
        if (!File.Exists(fixture.Root + "/etc/loop"))
        {
            File.CreateSymbolicLink(fixture.Root + "/etc/loop", "loop");
            File.Copy("/bin/ls", fixture.Root + "/etc/dynamic"); // its dynamic loader is not in the root
        }
    }

    [Theory]
    [InlineData("nosuch", "exec", Errno.ENOENT, 127, "vroot: nosuch: command not found in PATH=/bin of the root")]
    [InlineData("", "exec", Errno.ENOENT, 127, "vroot: : command not found in PATH=/bin of the root")]
    [InlineData("/etc/nosuch", "exec", Errno.ENOENT, 127, "vroot: /etc/nosuch: no such file in the root")]
    [InlineData("/etc/text", "exec", Errno.EACCES, 126, "vroot: /etc/text: permission denied: not an executable file")]
    [InlineData("/etc", "exec", Errno.EACCES, 126, "vroot: /etc: permission denied")]
    [InlineData("/etc/noformat", "exec", Errno.ENOEXEC, 126, "vroot: /etc/noformat: not a program of this machine")]
    [InlineData("/etc/loop", "exec", Errno.ELOOP, 126, "vroot: /etc/loop: cannot execute: Too many levels of symbolic links (ELOOP)")]
    [InlineData("/bin/probe/x", "exec", Errno.ENOTDIR, 126, "vroot: /bin/probe/x: cannot execute: Not a directory (ENOTDIR)")]
    [InlineData("/etc/badscript", "interpreter", Errno.ENOENT, 127, "vroot: /etc/badscript: cannot execute: the interpreter or dynamic loader")]
    [InlineData("badscript", "interpreter", Errno.ENOENT, 127, "vroot: /bin/badscript: cannot execute: the interpreter or dynamic loader")]
    [InlineData("/etc/dynamic", "interpreter", Errno.ENOENT, 127, "vroot: /etc/dynamic: cannot execute: the interpreter or dynamic loader")]
    public async Task Command_ThatCannotBeExecuted_IsTold(string command, string step, Errno error, int status, string message)
    {
        foreach (ActionNamespaces namespaces in new[] { ActionNamespaces.Pid, ActionNamespaces.None })
        {
            ActionOutcome outcome = await _fixture.RunAsync(_fixture.Options(command) with { Namespaces = namespaces });
            Assert.Equal(ActionOutcomeKind.ExecFailed, outcome.Kind);
            Assert.Equal((step, error, status), (outcome.FailedStep, outcome.Error, outcome.ShellStatus));
            Assert.StartsWith(message, outcome.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Command_DeniedInOneDirectory_IsFoundInTheNext()
    {
        Directory.CreateDirectory(_fixture.Root + "/denied");
        Write("denied/true", "", executable: false);
        ActionOutcome found = await _fixture.RunAsync(_fixture.Options("true") with { Environment = ["PATH=/denied:/nosuch:/bin"] });
        ActionOutcome denied = await _fixture.RunAsync(_fixture.Options("true") with { Environment = ["PATH=/denied:/nosuch"] });
        Assert.Equal(ActionOutcomeKind.Exited, found.Kind);
        Assert.Equal((Errno.EACCES, "/denied/true"), (denied.Error, denied.FailedPath));
    }

    [Fact]
    public async Task Command_EmptyPathElement_IsTheWorkingDirectoryInside()
    {
        ActionOutcome outcome = await _fixture.RunAsync(
            _fixture.Options("probe", "exit", "9") with { Environment = ["PATH=/nosuch:"], WorkingDirectory = "/bin" });
        Assert.Equal(9, outcome.ExitCode);
    }

    [Fact]
    public async Task Command_WithoutPath_IsSearchedInTheDefaultOne()
    {
        Assert.Equal(8, (await _fixture.RunAsync(_fixture.Options("probe", "exit", "8") with { Environment = [] })).ExitCode);
        ActionOutcome outcome = await _fixture.RunAsync(_fixture.Options("nosuch") with { Environment = [] });
        Assert.Equal("vroot: nosuch: command not found in PATH=/bin:/usr/bin (none is set) of the root", outcome.Message);
    }

    [Fact]
    public async Task Command_OnTheHostOnly_DoesNotRun()
    {
        string hostOnly = Path.Combine(_fixture.Base, "hostonly");
        File.Copy(_fixture.Root + "/bin/probe", hostOnly, overwrite: true);
        ActionOutcome byPath = await _fixture.RunAsync(hostOnly, "exit", "0");
        ActionOutcome byName = await _fixture.RunAsync(_fixture.Options("hostonly") with { Environment = [$"PATH={_fixture.Base}"] });
        Assert.Equal((Errno.ENOENT, Errno.ENOENT), (byPath.Error, byName.Error));
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(3_000_000)]
    public async Task Environment_TooLong_IsE2Big(int length)
    {
        ActionOutcome outcome = await _fixture.RunAsync(_fixture.Options("true") with { Environment = ["BIG=" + new string('x', length)] });
        Assert.Equal((ActionOutcomeKind.ExecFailed, Errno.E2BIG, 126), (outcome.Kind, outcome.Error, outcome.ShellStatus));
        Assert.Contains("too long", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nosuch", "vroot: working directory /nosuch in the root: No such file or directory (ENOENT)")]
    [InlineData("/bin/true", "vroot: working directory /bin/true in the root: Not a directory (ENOTDIR)")]
    public async Task WorkingDirectory_Impossible_IsTold(string directory, string message)
    {
        ActionOutcome outcome = await _fixture.RunAsync(_fixture.Options("true") with { WorkingDirectory = directory });
        Assert.Equal((125, message), (outcome.ShellStatus, outcome.Message));
    }

    [Fact]
    public async Task Root_Missing_IsTold()
    {
        ActionOutcome outcome = await _fixture.RunAsync(_fixture.Options("true") with { RootDirectory = "/no/such root\nhere" });
        Assert.Equal((125, "chroot", "/no/such root\nhere"), (outcome.ShellStatus, outcome.FailedStep, outcome.FailedPath));
    }

    [Fact]
    public async Task Limit_RaisedWithoutTheRight_IsTold()
    {
        // The first limit is lowered; raising it again needs a capability that the user of the action does not have.
        ActionOutcome outcome = await _fixture.RunAsync(_fixture.Options("true") with
        {
            Namespaces = ActionNamespaces.User | ActionNamespaces.Pid,
            Limits = [new(LimitedResource.NoFile, 64, 64), new(LimitedResource.NoFile, 128, 128)],
        });
        Assert.Equal((125, "rlimit", Errno.EPERM), (outcome.ShellStatus, outcome.FailedStep, outcome.Error));
        Assert.StartsWith("vroot: limit nofile=128:128: Operation not permitted (EPERM): raising a hard limit needs", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_Missing_IsTold()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => new ActionLauncher("/no/vroot-init"));
        Assert.Equal("/no/vroot-init is missing: run eng/build, which makes it, or name another by VROOT_INIT", exception.Message);
    }

    [Fact]
    public async Task Init_ThatIsNone_IsTold()
    {
        using var launcher = new ActionLauncher("/bin/true");
        await using ActionProcess process = await launcher.StartAsync(_fixture.Options("true"));
        ActionOutcome outcome = await process.Completion;
        Assert.Equal((125, "init"), (outcome.ShellStatus, outcome.FailedStep));
    }

    private void Write(string path, string text, bool executable)
    {
        string full = Path.Combine(_fixture.Root, path);
        File.WriteAllText(full, text);
        File.SetUnixFileMode(full, (UnixFileMode)(executable ? 0b111_101_101 : 0b110_100_100));
    }
}
