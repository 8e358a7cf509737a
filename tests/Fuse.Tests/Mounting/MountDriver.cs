using System.Globalization;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Fuse.Tests.Served;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>A daemon as small as can be, for tests of how mounts come about: a process of its own that serves one file.</summary>
public static class MountDriver
{
    public const int Refused = 3;
    public const string Content = "hello, world\n";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static IReadOnlyDictionary<string, Func<string[], Task<int>>> Verbs { get; } = new Dictionary<string, Func<string[], Task<int>>>
    {
        ["serve"] = ServeAsync,
        ["stale"] = arguments => Task.FromResult(DetachStale(arguments[0])),
        ["memory"] = _ => MemoryAsync(),
        ["reexecute"] = arguments => ReexecutionReport.RunAsync(arguments[0]),
    };

    /// <summary>serve STRATEGY DIR [DESCRIPTOR]: until SIGTERM or the mount's end; status 3 and a message if it cannot mount.</summary>
    private static async Task<int> ServeAsync(string[] arguments)
    {
        FuseMountOptions options = new()
        {
            Strategy = Enum.Parse<MountStrategy>(arguments[0].Split('+')[0]),
            AllowOther = arguments[0].EndsWith("+allow_other", StringComparison.Ordinal) ? true : null,
            InheritedDescriptor = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : -1,
        };
        TaskCompletionSource terminated = new();
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            terminated.TrySetResult();
        });
        try
        {
            MemoryFileSystem fileSystem = new();
            fileSystem.Add(fileSystem.Root, "hello", 0x81A4, Content);
            using FuseMount mount = FuseMount.Mount(arguments[1], options);
            await using FuseSession session = FuseSession.Start(mount.Device, fileSystem, new FuseSessionOptions { ReaderThreads = 3 });
            await session.Initialized.WaitAsync(s_patience);
            // Child.Shell's own shell is the child that could hold the device.
            string leaked = Child.Shell("ls -l /proc/self/fd | grep -c /dev/fuse || true").Trim();
            Console.WriteLine($"serving by {mount.Strategy}, {Devices()} devices, {leaked} leaked to children");
            await Task.WhenAny(terminated.Task, session.Completion);
            bool gone = session.Completion.IsCompleted;
            mount.Unmount();
            Console.WriteLine(gone ? "the mount was gone" : "unmounted");
            await session.DisposeAsync().AsTask().WaitAsync(s_patience);
            return 0;
        }
        catch (Exception exception) when (exception is FuseMountException or FuseDeviceException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Refused;
        }
    }

    /// <summary>stale DIR: prints what it has detached.</summary>
    private static int DetachStale(string directory)
    {
        foreach (string mountPoint in StaleMounts.DetachOwn(directory, new ConsoleLogger()))
        {
            Console.WriteLine($"detached {mountPoint}");
        }

        return 0;
    }

    private static async Task<int> MemoryAsync()
    {
        await MountScenarios.CyclesKeepMemory();
        return 0;
    }

    private static int Devices() => Directory.GetFileSystemEntries("/proc/self/fd").Count(entry => new FileInfo(entry).LinkTarget == "/dev/fuse");
}
