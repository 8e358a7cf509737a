using System.Text.Json;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Fuse.Tests.Served;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>What a process is before <see cref="UserNamespaceLauncher.Reexecute"/> and after, as a line of JSON on standard output each.</summary>
public sealed record ReexecutionReport(
    bool Inside,
    int ProcessId,
    uint UserId,
    string UserMap,
    string CommandLine,
    string Environment,
    string StandardStreams,
    string Inherited,
    string Input,
    string Mounted,
    string SecondTime)
{
    public static async Task<int> RunAsync(string mountPoint)
    {
        if (!UserNamespaceLauncher.IsInside)
        {
            Console.WriteLine(JsonSerializer.Serialize(Take()));
            UserNamespaceLauncher.Reexecute();
        }

        using MemoryStream input = new();
        await Console.OpenStandardInput().CopyToAsync(input);
        string secondTime = "";
        try
        {
            UserNamespaceLauncher.Reexecute();
        }
        catch (FuseMountException exception)
        {
            secondTime = exception.Message;
        }

        Console.WriteLine(JsonSerializer.Serialize(Take() with
        {
            Input = Convert.ToHexString(input.ToArray()),
            Mounted = await ReadThroughMountAsync(mountPoint),
            SecondTime = secondTime,
        }));
        await Console.Error.WriteLineAsync("standard error, too");
        return 7;
    }

    private static ReexecutionReport Take() => new(
        UserNamespaceLauncher.IsInside,
        System.Environment.ProcessId,
        Linux.Syscall.Geteuid(),
        string.Join(' ', File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        Convert.ToHexString(File.ReadAllBytes("/proc/self/cmdline")),
        Convert.ToHexString(File.ReadAllBytes("/proc/self/environ")),
        string.Join(' ', Enumerable.Range(0, 3).Select(stream => new FileInfo($"/proc/self/fd/{stream}").LinkTarget)),
        // What children get: an action must not see how its daemon came about.
        Child.Shell("grep -E 'SigIgn|SigBlk|Umask' /proc/self/status; pwd; ulimit -a", Directory.GetCurrentDirectory()),
        "",
        "",
        "");

    private static async Task<string> ReadThroughMountAsync(string mountPoint)
    {
        MemoryFileSystem fileSystem = new();
        fileSystem.Add(fileSystem.Root, "hello", 0x81A4, MountDriver.Content);
        using FuseMount mount = FuseMount.Mount(mountPoint, new FuseMountOptions { Strategy = MountStrategy.Direct });
        await using FuseSession session = FuseSession.Start(mount.Device, fileSystem, new FuseSessionOptions());
        string content = Child.Shell("cat hello", mountPoint);
        mount.Unmount();
        return content;
    }
}
