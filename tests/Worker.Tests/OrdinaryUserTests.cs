using System.Diagnostics;

namespace VirtualRoot.Worker.Tests;

/// <summary>A daemon without privileges: uid 65534, no capability but those of a user namespace.</summary>
public sealed class OrdinaryUserTests(ActionFixture fixture) : IClassFixture<ActionFixture>
{
    private static readonly string[] s_user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"];

    [Fact]
    public async Task Daemon_InsideAUserNamespace_RunsActions()
    {
        (string output, string report) = await DriveAsync([.. s_user, "unshare", "-Urm"], ActionNamespaces.Pid, "sh", "-c", "id; echo $$; probe daemon");
        Assert.Equal("uid=0 gid=0\n2\n", output);
        Assert.Equal("Exited 5 ", report);
    }

    [Fact]
    public async Task Daemon_WithoutANamespace_MakesOneForEachAction()
    {
        (string output, string report) = await DriveAsync(s_user, ActionNamespaces.Pid | ActionNamespaces.User, "sh", "-c", "id; echo $$; exit 3");
        Assert.Equal("uid=0 gid=0\n2\n", output);
        Assert.Equal("Exited 3 ", report);
    }

    [Fact]
    public async Task Daemon_WithoutAnyRight_SaysWhatIsMissing()
    {
        (_, string report) = await DriveAsync(s_user, ActionNamespaces.Pid, "true");
        Assert.StartsWith("ExecFailed 125 vroot: chroot into ", report, StringComparison.Ordinal);
        Assert.Contains("needs CAP_SYS_CHROOT: run as root, or in a user namespace (unshare -Ur)", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_WithoutSysAdmin_FallsBackToASubreaper()
    {
        string[] weakRoot = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps=-all"];
        (string output, string report) = await DriveAsync(weakRoot, ActionNamespaces.Pid, "sh", "-c", "[ $$ = 2 ] || echo not 2; probe daemon");
        Assert.Equal("not 2\n", output);
        Assert.Equal("Exited 5 ", report);
        Assert.Empty(fixture.Survivors());
    }

    private async Task<(string Output, string Report)> DriveAsync(string[] before, ActionNamespaces namespaces, params string[] command)
    {
        string directory = Path.Combine(fixture.Base, "reports-" + Guid.NewGuid());
        Directory.CreateDirectory(directory, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        string report = Path.Combine(directory, "report");
        using var driver = Process.Start(fixture.Driver(report, namespaces, before, command))!;
        string output = await driver.StandardOutput.ReadToEndAsync();
        string errors = await driver.StandardError.ReadToEndAsync();
        await driver.WaitForExitAsync();
        Assert.True(File.Exists(report), errors);
        return (output, await File.ReadAllTextAsync(report));
    }
}
