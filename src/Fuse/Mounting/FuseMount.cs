using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>
/// Owns a mount and its device. Order of the end: <see cref="Unmount"/>, then dispose the session, then this;
/// or dispose this alone after the session, which unmounts if need be.
/// </summary>
public sealed class FuseMount : IDisposable
{
    private FuseMount(string mountPoint, MountStrategy strategy, SafeFileHandle device)
    {
        MountPoint = mountPoint;
        Strategy = strategy;
        Device = device;
    }

    /// <summary>The directory mounted on, an absolute path.</summary>
    public string MountPoint { get; }

    /// <summary>How the mount came about.</summary>
    public MountStrategy Strategy { get; }

    /// <summary>The device, for <see cref="FuseSession.Start"/>; owned by this.</summary>
    public SafeFileHandle Device { get; }

    /// <summary>Mounts on a directory that exists. Returns before INIT: a session must be started on <see cref="Device"/>.</summary>
    /// <exception cref="FuseMountException">No strategy works; the message says what each lacks and how to get it.</exception>
    public static FuseMount Mount(string mountPoint, FuseMountOptions options)
    {
        options.Validate();
        throw new FuseMountException("the mount strategies are not in this build yet");
    }

    /// <summary>Removes the mount from its directory at once (lazily: open files live on until closed). Idempotent.</summary>
    public void Unmount() => Device.Close();

    /// <summary>Unmounts and closes the device, which aborts the connection.</summary>
    public void Dispose() => Device.Dispose();
}
