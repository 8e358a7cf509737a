using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Fuse.Tests.Served;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Mounting;

public static partial class MountScenarios
{
    private static async Task ClonedDevice()
    {
        string path = Directory.CreateTempSubdirectory(DirectoryPrefix).FullName;
        using FuseMount mount = FuseMount.Mount(path, new FuseMountOptions());
        using (DeviceFuseChannel first = new(mount.Device, ownsDevice: false))
        using (FuseChannel clone = first.Clone())
        {
            Same(Errno.Success, first.CloneError);
            // INIT, which nobody has read, comes by the clone; the buffer is too small on purpose, and INIT stays.
            Same(-(int)Errno.EINVAL, clone.Read(new byte[64]));
        }

        // What is no FUSE device cannot be cloned: the channel is shared then, and works.
        Same(0, Syscall.Socketpair(5, out int one, out int other));
        using (SafeFileHandle kernel = new(other, ownsHandle: true))
        using (SafeFileHandle device = new(one, ownsHandle: true))
        {
            using DeviceFuseChannel refused = new(device, ownsDevice: false);
            using (FuseChannel shared = refused.Clone())
            {
                Check(refused.CloneError != Errno.Success, "a socket was cloned");
                Same(0, shared.Write([1, 2], [3]));
            }

            Same(3, Syscall.ReadOnce(kernel, new byte[10]));
            Same(0, refused.Write([4])); // the share that is gone has not closed it
        }

        MemoryFileSystem fileSystem = new();
        fileSystem.Add(fileSystem.Root, "hello", File0644, "hello");
        await using FuseSession session = FuseSession.Start(mount.Device, fileSystem, new FuseSessionOptions { ReaderThreads = 3 });
        Same("hello", Child.Shell("cat hello", path));
        mount.Unmount();
        Directory.Delete(path);
    }
}
