using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Tools.Tests.Isolation;

/// <summary>
/// What this machine is known by, and secrets planted where a machine tells such things: in the environment and the command line of another
/// process, among the kernel's keys and in its log.
/// </summary>
internal sealed class HostFacts : IDisposable
{
    /// <summary>Paths of a real system that have no business in a root: whoever wants to know the machine reads these.</summary>
    public static readonly string[] Absent =
    [
        "/proc/keys", "/proc/key-users", "/proc/kmsg", "/dev/kmsg", "/proc/kallsyms", "/proc/kcore", "/proc/modules",
        "/proc/interrupts", "/proc/iomem", "/proc/bus", "/proc/config.gz", "/proc/sysrq-trigger",
        "/proc/self/mem", "/proc/self/pagemap", "/proc/self/map_files", "/sys/class/net", "/sys/class/dmi", "/sys/devices/virtual/dmi", "/sys/firmware",
        "/sys/kernel/debug", "/sys/module", "/sys/block", "/sys/power", "/dev/mem", "/dev/fuse", "/dev/kvm", "/dev/vda", "/dev/sda", "/dev/loop-control",
        "/dev/net", "/dev/disk",
    ];

    // add_key(2) to root's user keyring (-4), where it stays when the process has ended.
    private const string PlantKey = """
        import ctypes, platform, sys
        number = 248 if platform.machine() == "x86_64" else 217
        if ctypes.CDLL(None).syscall(number, b"user", sys.argv[1].encode(), b"x", 1, -4) < 0:
            sys.exit("add_key failed")
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _other;

    public HostFacts()
    {
        Dictionary<string, string> environment = new() { ["PATH"] = "/usr/bin:/bin", ["ISOLATION"] = Secret("environment of another process") };
        // exec -a: the secret is the name that the process is started by.
        string[] arguments = ["-c", "exec -a \"$0\" sleep 600", Secret("command line of another process")];
        _other = ChildProcess.Start(new ProcessCommand("/usr/bin/bash", arguments) { Environment = environment });
        ChildProcess.Run(new ProcessCommand("/usr/bin/python3", ["-c", PlantKey, Secret("kernel key")]), s_limit).Expect();
        File.WriteAllText("/dev/kmsg", Secret("kernel log") + "\n");
        AddMachine();
    }

    /// <summary>The facts, by name.</summary>
    public Dictionary<string, string> Facts { get; } = [];

    /// <summary>Processes that no root may show.</summary>
    public int[] Pids => [_other.Id, Environment.ProcessId];

    /// <summary>Adds a fact; what a machine does not tell is none, and neither is a single character.</summary>
    public void Add(string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text) && text.Length > 1)
        {
            Facts[name] = text;
        }
    }

    /// <summary>A new fact that nothing else tells.</summary>
    public string Secret(string name) => Facts[name] = "secret" + Guid.NewGuid().ToString("N");

    public void Dispose() => _other.Dispose();

    private void AddMachine()
    {
        Add("host name", Read("/proc/sys/kernel/hostname"));
        Add("boot id", Read("/proc/sys/kernel/random/boot_id"));
        Add("kernel version", Read("/proc/sys/kernel/osrelease"));
        Add("kernel command line", Read("/proc/cmdline"));
        Add("machine id", Read("/etc/machine-id"));
        Add("product id", Read("/sys/class/dmi/id/product_uuid"));
        Add("product serial", Read("/sys/class/dmi/id/product_serial"));
        Add("processor model", Read("/proc/cpuinfo").Split('\n').FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim());
        Add("memory", Read("/proc/meminfo").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        Add("tests' command line", "VirtualRoot.Tools.Tests.dll");
        Add("root device", Read("/proc/self/mountinfo").Split('\n').Select(line => line.Split(' ')).First(fields => fields.Length > 9 && fields[4] == "/")[^2]);
        Add("cgroup", Read("/proc/self/cgroup").Split('\n').Select(line => line[(line.LastIndexOf(':') + 1)..]).MaxBy(path => path.Length));
        foreach (string network in Directory.Exists("/sys/class/net") ? Directory.GetDirectories("/sys/class/net") : [])
        {
            string address = Read(network + "/address");
            Add("MAC address of " + Path.GetFileName(network), address == "00:00:00:00:00:00" ? null : address);
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // this machine has no such thing
        }
    }
}
