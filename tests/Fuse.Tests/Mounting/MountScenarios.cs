using System.Diagnostics;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Fuse.Tests.Served;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>What a real mount must do. Run by xunit as root, and by <see cref="Program"/> within a user namespace; each throws if it fails.</summary>
public static partial class MountScenarios
{
    private const uint File0644 = 0x81A4;
    private const uint Directory0755 = 0x41ED;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>How the directories begin that this process mounts on.</summary>
    public static string DirectoryPrefix { get; } = $"vroot-fuse-{Environment.ProcessId}-";

    public static IReadOnlyDictionary<string, Func<Task>> All { get; } = new Dictionary<string, Func<Task>>
    {
        [nameof(LookupReaddirRead)] = LookupReaddirRead,
        [nameof(LargeFile)] = LargeFile,
        [nameof(Writes)] = Writes,
        [nameof(KilledReader)] = KilledReader,
        [nameof(BusyUnmount)] = BusyUnmount,
        [nameof(Cycles)] = Cycles,
        [nameof(Notifications)] = Notifications,
        [nameof(DisposeWithoutUnmount)] = DisposeWithoutUnmount,
        [nameof(OldProtocol)] = OldProtocol,
        [nameof(StaleMount)] = StaleMount,
        [nameof(ClonedDevice)] = ClonedDevice,
    };

    private static async Task LookupReaddirRead() => await WithMount(async (fileSystem, path, session) =>
    {
        MemoryNode directory = fileSystem.Add(fileSystem.Root, "dir", Directory0755);
        for (int i = 0; i < 2000; i++)
        {
            fileSystem.Add(directory, $"entry-{i:D5}-with-a-name-that-fills-a-page-sooner", File0644, $"{i}");
        }

        fileSystem.Add(fileSystem.Root, "hello", File0644, "hello, world\n");
        fileSystem.Add(fileSystem.Root, "link", 0xA1FF, "hello");
        Same("hello, world\n", Child.Shell("cat hello", path));
        Same("hello\n", Child.Shell("readlink link", path));
        Same("2000\n", Child.Shell("ls dir | wc -l", path));
        Same("2000\n", Child.Shell("ls -l dir | grep -c ^-rw", path));
        Same("1999", Child.Shell("cat dir/entry-01999*", path));
        Same("no\n", Child.Shell("test -e missing || echo no", path));
        Same("1000 400\n", Child.Shell("stat -f -c '%b %a' .", path));
        // A cached answer costs no request.
        long before = session.Statistics.Snapshot().TotalRequests;
        Child.Shell("for i in 1 2 3 4 5 6 7 8 9; do test -e hello; test -e missing; done; true", path);
        long asked = session.Statistics.Snapshot().TotalRequests - before;
        Check(asked <= 4, $"18 cached lookups cost {asked} requests");
        await Task.CompletedTask;
    });

    private static async Task LargeFile() => await WithMount(async (fileSystem, path, _) =>
    {
        const int Size = (24 << 20) + 4321;
        fileSystem.Add(fileSystem.Root, "inline", File0644, patternSize: Size);
        fileSystem.Add(fileSystem.Root, "deferred", File0644, patternSize: Size, deferred: true);
        byte[] expected = new byte[Size];
        for (int i = 0; i < Size; i++)
        {
            expected[i] = MemoryNode.PatternAt(i);
        }

        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(expected));
        Same(hash, Child.Shell("sha256sum inline", path)[..64]);
        Same(hash, Child.Shell("sha256sum deferred", path)[..64]);
        await Task.CompletedTask;
    });

    private static async Task Writes() => await WithMount(async (fileSystem, path, _) =>
    {
        Child.Shell("mkdir d && echo one > d/f && echo two >> d/f && mv d/f g && chmod 600 g && ln -s g l && rmdir d", path);
        Same("one\ntwo\n", Child.Shell("cat l", path));
        Same("600 8\n", Child.Shell("stat -c '%a %s' g", path));
        Child.Shell("dd if=/dev/zero of=big bs=1M count=8 2>/dev/null && truncate -s 5 g && rm big", path);
        Same("one\nt", Child.Shell("cat g", path));
        Check(SpinWait.SpinUntil(() => fileSystem.OpenHandles == 0, s_patience), "handles were not released");
        await Task.CompletedTask;
    });

    private static async Task KilledReader() => await WithMount(async (fileSystem, path, session) =>
    {
        fileSystem.Add(fileSystem.Root, "blocks", File0644, patternSize: 100, blocks: true);
        fileSystem.Add(fileSystem.Root, "hello", File0644, "hello");
        Process[] readers = [.. Enumerable.Range(0, 5).Select(_ => Child.Start("exec cat blocks", path))];
        Check(SpinWait.SpinUntil(() => fileSystem.BlockedReads == readers.Length, s_patience), "the reads did not arrive");
        Same("hello", Child.Shell("cat hello", path)); // waiting reads hold no reader thread
        foreach (Process reader in readers)
        {
            reader.Kill();
            Check(reader.WaitForExit(s_patience), "a killed reader did not end");
            reader.Dispose();
        }

        Check(SpinWait.SpinUntil(() => fileSystem.CancelledReads == readers.Length && session.PendingOperations == 0, s_patience), "the reads were not cancelled");
        await Task.CompletedTask;
    });

    private static async Task BusyUnmount()
    {
        string path = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        MemoryFileSystem fileSystem = new();
        fileSystem.Add(fileSystem.Root, "blocks", File0644, patternSize: 100, blocks: true);
        FuseMount mount = FuseMount.Mount(path, new FuseMountOptions());
        FuseSession session = FuseSession.Start(mount.Device, fileSystem, new FuseSessionOptions());
        using Process reader = Child.Start("exec cat blocks", path);
        Check(SpinWait.SpinUntil(() => fileSystem.BlockedReads == 1, s_patience), "the read did not arrive");

        mount.Unmount();
        mount.Unmount();
        Directory.Delete(path); // free at once, though the file is still read
        await session.DisposeAsync().AsTask().WaitAsync(s_patience);
        mount.Dispose();

        Check(reader.WaitForExit(s_patience), "the reader hangs");
        Check(session.Completion.IsCompletedSuccessfully, $"the session ended as {session.Completion.Status}");
    }

    private static async Task Cycles()
    {
        string path = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        await CycleAsync(path);
        int before = CountDescriptors();
        for (int i = 0; i < 100; i++)
        {
            await CycleAsync(path);
        }

        static int FuseThreads() => Directory.GetDirectories("/proc/self/task").Count(IsFuseThread);
        Check(SpinWait.SpinUntil(() => FuseThreads() == 0, s_patience), $"{FuseThreads()} threads are left");
        Same(0, MountEntry.ReadAll().Count(mount => mount.MountPoint == path)); // of this test's own; the machine may have others
        Check(SpinWait.SpinUntil(() => CountDescriptors() <= before + 3, s_patience), $"{before} descriptors became {CountDescriptors()}: {DescribeDescriptors()}");
        Directory.Delete(path);

        static bool IsFuseThread(string task)
        {
            try
            {
                return File.ReadAllText(task + "/comm").StartsWith("fuse-", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // it has just ended
            }
        }

        static string DescribeDescriptors() => string.Join(", ", Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(entry => new FileInfo(entry).LinkTarget?.Split('[', ':')[0] ?? "gone")
            .CountBy(target => target)
            .Select(group => $"{group.Value} {group.Key}"));

        static int CountDescriptors()
        {
            // What others of this process left to the finalizer.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Directory.GetFileSystemEntries("/proc/self/fd").Length;
        }
    }

    private static async Task CycleAsync(string path)
    {
        MemoryFileSystem fileSystem = new();
        fileSystem.Add(fileSystem.Root, "hello", File0644, "hello");
        using FuseMount mount = FuseMount.Mount(path, new FuseMountOptions());
        FuseSession session = FuseSession.Start(mount.Device, fileSystem, new FuseSessionOptions { ReaderThreads = 2, MaxWrite = 128 * 1024 });
        Same("hello", Child.Shell("cat hello", path));
        mount.Unmount();
        await session.Completion.WaitAsync(s_patience);
        await session.DisposeAsync();
        Same(1, fileSystem.Destroyed);
    }

    private static async Task Notifications() => await WithMount(async (fileSystem, path, session) =>
    {
        MemoryNode file = fileSystem.Add(fileSystem.Root, "file", File0644, "first");
        FuseNotifier notifier = (await session.Initialized).Notifier;
        Same("first", Child.Shell("cat file", path));
        Same("no\n", Child.Shell("test -e later || echo no", path));
        fileSystem.Add(fileSystem.Root, "later", File0644, "later");
        file.Content = "other"u8.ToArray();
        Same("no\n", Child.Shell("test -e later || echo no", path)); // the kernel has cached that
        Same("first", Child.Shell("cat file", path)); // and that

        Same(Errno.Success, notifier.InvalidateEntry(1, "later"u8));
        Same(Errno.Success, notifier.InvalidateInode(file.Id));
        Same("later", Child.Shell("cat later", path));
        Same("other", Child.Shell("cat file", path));

        Same(Errno.Success, notifier.Store(file.Id, 0, "store"u8));
        Same("store", Child.Shell("cat file", path));
        fileSystem.Remove(fileSystem.Root, "later");
        Same(Errno.Success, notifier.Delete(1, fileSystem.Root.Id + 2, "later"u8));
        Same("no\n", Child.Shell("test -e later || echo no", path));
        Same(Errno.ENOENT, notifier.InvalidateEntry(1, "never-seen"u8));
        if (session.Initialized.Result.Minor >= 44)
        {
            Same(Errno.Success, notifier.IncrementEpoch());
        }
    });

    private static async Task DisposeWithoutUnmount()
    {
        string path = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        MemoryFileSystem fileSystem = new();
        using FuseMount mount = FuseMount.Mount(path, new FuseMountOptions());
        FuseSession session = FuseSession.Start(mount.Device, fileSystem, new FuseSessionOptions { ReaderThreads = 4 });
        await session.Initialized.WaitAsync(s_patience);

        // As with an inherited device: nobody unmounts, and the readers wait in read(2).
        await session.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Check(session.Completion.IsCompletedSuccessfully, $"the session ended as {session.Completion.Status}");
        Same(1, fileSystem.Destroyed);
        mount.Dispose();
        Directory.Delete(path);
    }

    private static async Task OldProtocol() => await WithMount(
        async (fileSystem, path, session) =>
        {
            Same(31, (await session.Initialized).Minor);
            fileSystem.Add(fileSystem.Root, "hello", File0644, "hello");
            Same("hello", Child.Shell("cat hello", path));
            Child.Shell("echo new > f && test \"$(cat f)\" = new && ls -l > /dev/null", path);
        },
        new FuseSessionOptions { MaxMinor = 31, RefusedFlags = FuseInitFlags.DoReaddirplus });

    private static async Task StaleMount()
    {
        string parent = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        string dead = Directory.CreateDirectory(Path.Combine(parent, "dead one")).FullName;
        string live = Directory.CreateDirectory(Path.Combine(parent, "live")).FullName;
        FuseMount lost = FuseMount.Mount(dead, new FuseMountOptions());
        FuseSession lostSession = FuseSession.Start(lost.Device, new MemoryFileSystem(), new FuseSessionOptions());
        await lostSession.Initialized.WaitAsync(s_patience);
        await lostSession.DisposeAsync();
        lost.Device.Dispose(); // the last descriptor: as if the daemon had been killed
        using FuseMount kept = FuseMount.Mount(live, new FuseMountOptions());
        FuseSession keptSession = FuseSession.Start(kept.Device, new MemoryFileSystem(), new FuseSessionOptions());
        Child.Shell("true", live);

        IReadOnlyList<string> detached = StaleMounts.DetachOwn(parent, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        Same(dead, string.Join('|', detached));
        Check(!Directory.Exists(dead), "the dead mount's directory is left");
        Check(MountEntry.ReadAll().Any(mount => mount.MountPoint == live), "the live mount was detached, too");
        kept.Dispose();
        await keptSession.DisposeAsync();
        Directory.Delete(live);
        Directory.Delete(parent);
    }

    private static async Task WithMount(Func<MemoryFileSystem, string, FuseSession, Task> body, FuseSessionOptions? options = null)
    {
        string path = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        MemoryFileSystem fileSystem = new();
        using FuseMount mount = FuseMount.Mount(path, new FuseMountOptions());
        FuseSession session = FuseSession.Start(mount.Device, fileSystem, options ?? new FuseSessionOptions());
        try
        {
            await body(fileSystem, path, session);
        }
        finally
        {
            mount.Dispose();
            await session.DisposeAsync();
            Directory.Delete(path);
        }
    }

    private static void Same<T>(T expected, T actual) =>
        Check(EqualityComparer<T>.Default.Equals(expected, actual), $"expected '{expected}', but it is '{actual}'");

    private static void Check(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new InvalidOperationException(complaint);
        }
    }
}
