using System.Globalization;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>A machine of namespaces whose process 1 is the systemd that is installed here, and on which VirtualRoot is installed as
/// docs/operations.md says, with the unit and the configuration of docs/examples (on a free port). Dead and gone at the end.</summary>
internal sealed class SystemdMachine : IDisposable
{
    private const string Serving = "serving on ";
    private const int SIGKILL = 9;

    // The units that vroot.service names are there, and have nothing to do.
    private static readonly string[] s_targets = ["sysinit", "basic", "network-online", "multi-user", "shutdown", "umount"];

    private readonly TestDirectory _directory = new();
    private readonly TestCgroup _cgroup = new();
    private readonly ChildProcess? _namespaces;
    private readonly int _systemd;

    public SystemdMachine(Func<string, string>? configuration = null)
    {
        try
        {
            string examples = Path.Combine(PublishedTool.Checkout(), "docs/examples");
            Install(examples);
            string example = File.ReadAllText(Path.Combine(examples, "config.json")).Replace(":8980", ":0", StringComparison.Ordinal).Replace(":9980", ":0", StringComparison.Ordinal);
            Configure(configuration is null ? example : configuration(example));
            // Process 1 alone enters the cgroup: with another process in it, systemd could hand no controllers down.
            _namespaces = ChildProcess.Start(new ProcessCommand("/usr/bin/unshare", [
                "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child", "/bin/sh", "-c", "echo 0 >\"$0/cgroup.procs\" && exec unshare --cgroup \"$@\"",
                _cgroup.Path, "/bin/sh", Path.Combine(AppContext.BaseDirectory, "Operations/systemd-machine.sh"), _directory.Path]));
            _systemd = Until("systemd runs", Systemd, static id => id != 0);
        }
        catch
        {
            Dispose(); // nobody else will
            throw;
        }
    }

    /// <summary>What vroot has written to standard error.</summary>
    public string Log => File.Exists(_directory["var/vroot.log"]) ? File.ReadAllText(_directory["var/vroot.log"]) : "";

    /// <summary>Writes /etc/vroot/config.json.</summary>
    public void Configure(string json) => _directory.Write("etc/vroot/config.json", json);

    public string Systemctl(params string[] arguments) => ChildProcess.Run(
        new ProcessCommand("/usr/bin/nsenter", ["-t", $"{_systemd}", "-m", "-p", "-C", "/usr/bin/systemctl", .. arguments]), WorkerClient.Patience).Expect().Output;

    /// <summary>A property of the unit, as systemd.service(5) and org.freedesktop.systemd1(5) name them.</summary>
    public string Show(string property) => Systemctl("show", "--value", "--property", property, "vroot.service").TrimEnd('\n');

    /// <summary>Waits until the unit's state is <paramref name="state"/>.</summary>
    public void WaitFor(string state) => Until(state, () => Show("ActiveState"), found => found == state);

    /// <summary>Waits until the daemon has told systemd something that begins with <paramref name="beginning"/>; all of it.</summary>
    public string WaitForStatus(string beginning) => Until(beginning, () => Show("StatusText"), text => text.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>A client of the daemon, once it has told systemd its address; not of the process <paramref name="notOf"/>.</summary>
    public WorkerClient Client(string? notOf = null)
    {
        WaitFor("active");
        Until("another process", () => Show("MainPID"), id => id != notOf && id != "0");
        string address = WaitForStatus(Serving)[Serving.Length..];
        return new WorkerClient(address, address);
    }

    /// <summary>Makes a file in the root of the daemon's only action: by way of the daemon, since its mount is seen by it alone.</summary>
    public void MakeFile(string name)
    {
        string build = $"/proc/{_systemd}/root/proc/{Show("MainPID")}/root/var/cache/vroot/build";
        File.Create(Path.Combine(Directory.GetDirectories(build).Single(), "root", name)).Dispose();
    }

    /// <summary>What a process of the machine, by its number there, sees mounted.</summary>
    public string Mounts(string process) => File.ReadAllText($"/proc/{_systemd}/root/proc/{process}/mountinfo");

    /// <summary>The cgroups that are left of the unit's.</summary>
    public string[] Cgroups() => Directory.Exists(Path.Combine(_cgroup.Path, "system.slice/vroot.service"))
        ? [.. Directory.GetDirectories(Path.Combine(_cgroup.Path, "system.slice/vroot.service")).Select(static path => Path.GetFileName(path)!)]
        : [];

    public void Dispose()
    {
        // With its process 1 all of a PID namespace ends, and with the last of them the mounts do.
        if (_systemd != 0)
        {
            _ = Linux.Syscall.Kill(_systemd, SIGKILL);
            _namespaces?.WaitForExit(WorkerClient.Patience);
        }

        _namespaces?.Dispose();
        Wait.Until(() => _cgroup.Read("cgroup.events").Contains("populated 0", StringComparison.Ordinal), "the machine's processes are gone");
        _cgroup.Dispose();
        _directory.Dispose();
    }

    /// <summary>What is on the machine's disk.</summary>
    private void Install(string examples)
    {
        Directory.CreateDirectory(_directory["var"]);
        Directory.CreateDirectory(_directory["top"]);
        ChildProcess.Run(
            new ProcessCommand("/usr/bin/install", ["-D", "-t", _directory["opt/vroot"], .. Directory.GetFiles(Path.Combine(PublishedTool.Checkout(), "artifacts/vroot"))]), WorkerClient.Patience).Expect();
        _directory.Write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
        _directory.Write("etc/group", "root:x:0:\nnogroup:x:65534:\n");
        _directory.Write("etc/machine-id", "a2a6f5e1a7c34c1e9c39d1f2f1d8b1c4\n");
        _directory.Write("etc/systemd/system/vroot.service", File.ReadAllText(Path.Combine(examples, "vroot.service")));
        // There is no journal.
        _directory.Write("etc/systemd/system/vroot.service.d/log.conf", "[Service]\nStandardError=append:/var/vroot.log\n");
        foreach (string target in s_targets)
        {
            _directory.Write($"etc/systemd/system/{target}.target", "[Unit]\nDefaultDependencies=no\n");
        }

        // As `systemctl enable` does it.
        File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(_directory["etc/systemd/system/multi-user.target.wants"]).FullName, "vroot.service"), "../vroot.service");
    }

    private int Systemd()
    {
        Assert.False(_namespaces!.HasExited, _namespaces.Error.Text);
        string child = File.ReadAllText($"/proc/{_namespaces.Id}/task/{_namespaces.Id}/children").Trim();
        return child.Length > 0 && File.Exists($"/proc/{child}/root/run/systemd/private") ? int.Parse(child, CultureInfo.InvariantCulture) : 0;
    }

    private T Until<T>(string what, Func<T> read, Func<T, bool> holds) => Wait.For(read, holds, found => $"{what}; found: {found}; vroot said: {Log}");
}
