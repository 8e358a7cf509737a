using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Toolchains;

/// <summary>bb-remote-execution #115: Go away from the path that is baked into it finds itself through /proc/self/exe, or not at all.</summary>
[Collection(MountingCollection.Name)]
public sealed class GoTests(Machine machine)
{
    private const string Go = "/opt/go/bin/go";
    private static readonly string[] s_environment = ["--env", "GOCACHE=/tmp/go-cache", "--env", "CGO_ENABLED=0"];

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void Version_ColdCache_Prints(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        Assert.StartsWith("go version go1.", user.Run(machine.GoRoot, Go, "version").Expect().Output);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void EnvGoroot_Relocated_IsWhereItStands(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        Assert.Equal("/opt/go\n", user.Run(machine.GoRoot, Go, "env", "GOROOT").Expect().Output);
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void Build_OneFileProgram_Runs(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.GoRoot, s_environment, "/bin/sh", "-c", $"{Go} build -o /tmp/hello /src/hello.go && exec /tmp/hello");
        Assert.Equal("hello from go\n", outcome.Expect().Output);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void Build_IntoTheWorkingDirectory_LeavesTheProgramThere(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.GoRoot, [.. s_environment, "--workdir", "/src"], "/bin/sh", "-c", $"{Go} build hello.go && ls && ./hello");
        Assert.Equal("hello\nhello.go\nhello from go\n", outcome.Expect().Output);
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges("version", "env GOROOT", "build -o /tmp/hello /src/hello.go")]
    public void AnyCommand_SpecialOff_CannotFindGoroot(Privilege privilege, string arguments)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.GoRoot, ["--special", "off", .. s_environment], [Go, .. arguments.Split(' ')]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("go: cannot find GOROOT directory", outcome.Error, StringComparison.Ordinal);
    }
}
