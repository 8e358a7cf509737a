using System.Diagnostics;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Doctor;

/// <summary>What the machine and the installation have.</summary>
internal static class MachineChecks
{
    // The protocol version that src/Fuse needs at least, 7.31, came with it.
    private static readonly Version s_oldestKernel = new(5, 4);

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    public static CheckResult Kernel()
    {
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string number = string.Concat(release.TakeWhile(character => char.IsAsciiDigit(character) || character == '.'));
        bool isKnown = Version.TryParse(number.TrimEnd('.'), out Version? version);
        return isKnown && version >= s_oldestKernel
            ? new CheckResult("kernel", CheckState.Works, release)
            : new CheckResult("kernel", isKnown ? CheckState.Fails : CheckState.Optional, release, $"use Linux {s_oldestKernel} or later");
    }

    public static CheckResult PidNamespaces(MountCapabilities mounting)
    {
        const string Name = "PID namespaces";
        string[] arguments = mounting.Administrator.IsMet ? ["-pf", "true"] : ["-Urpf", "true"];
        ProcessStartInfo start = new("/usr/bin/unshare", arguments) { RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd().Trim();
            return process.WaitForExit(s_timeout) && process.ExitCode == 0
                ? new CheckResult(Name, CheckState.Works, "permitted")
                : new CheckResult(Name, CheckState.Optional, error, "sysctl user.max_pid_namespaces=10000; without, what an action leaves behind is found as descendants");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return new CheckResult(Name, CheckState.Optional, $"cannot be tried: {exception.Message}", "apt-get install util-linux");
        }
    }

    public static CheckResult Init()
    {
        try
        {
            string path = VRootInit.Find();
            return (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0
                ? new CheckResult("vroot-init", CheckState.Works, path)
                : new CheckResult("vroot-init", CheckState.Fails, $"{path} is not executable", $"chmod 755 {path}");
        }
        catch (FileNotFoundException exception)
        {
            return new CheckResult("vroot-init", CheckState.Fails, "missing", exception.Message);
        }
    }

    public static CheckResult Zstd()
    {
        if (!NativeLibrary.TryLoad("libzstd.so.1", out nint library))
        {
            return new CheckResult("libzstd", CheckState.Optional, "not installed: blobs travel uncompressed", "apt-get install libzstd1");
        }

        NativeLibrary.Free(library);
        return new CheckResult("libzstd", CheckState.Works, "libzstd.so.1");
    }
}
