using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>
/// Owns a mount and its device. Order of the end: <see cref="Unmount"/>, then dispose the session, then this. Unmounting
/// detaches: the directory is free at once, while files that are open live on until they are closed or the device is.
/// </summary>
public sealed class FuseMount : IDisposable
{
    private readonly IMounter _mounter;
    private readonly FuseMountOptions _options;
    private int _mounted = 1;

    private FuseMount(string mountPoint, IMounter mounter, SafeFileHandle device, FuseMountOptions options)
    {
        MountPoint = mountPoint;
        _mounter = mounter;
        Device = device;
        _options = options;
    }

    /// <summary>The directory mounted on, an absolute path.</summary>
    public string MountPoint { get; }

    /// <summary>How the mount came about.</summary>
    public MountStrategy Strategy => _mounter.Strategy;

    /// <summary>The device, for <see cref="FuseSession.Start(System.Runtime.InteropServices.SafeHandle, IFuseFileSystem, FuseSessionOptions)"/>; owned by this.</summary>
    public SafeFileHandle Device { get; }

    /// <summary>Mounts on a directory that exists. Returns before INIT: a session must be started on <see cref="Device"/> next.</summary>
    /// <exception cref="FuseMountException">No strategy works; the message says what each lacks and how to get it.</exception>
    public static FuseMount Mount(string mountPoint, FuseMountOptions options)
    {
        options.Validate();
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(mountPoint));
        List<string> reasons = [];
        foreach (IMounter mounter in MountersFor(options.Strategy))
        {
            SafeFileHandle? device = mounter.TryMount(path, options, out string reason);
            if (device is not null)
            {
                FuseLog.Mounted(options.Logger, path, mounter.Strategy.ToString());
                return new FuseMount(path, mounter, device, options);
            }

            FuseLog.StrategyRefused(options.Logger, path, mounter.Strategy.ToString(), reason);
            reasons.Add(reason);
        }

        throw new FuseMountException($"cannot mount on {path}: {string.Join("; or: ", reasons)}");
    }

    /// <summary>Removes the mount from its directory at once, also while it is in use. Idempotent; a failure is logged with its remedy.</summary>
    public void Unmount()
    {
        if (Interlocked.Exchange(ref _mounted, 0) != 0 && _mounter.Unmount(MountPoint) is { } reason)
        {
            FuseLog.UnmountFailed(_options.Logger, MountPoint, reason);
        }
    }

    /// <summary>Unmounts and closes the device; the last descriptor closed ends the connection.</summary>
    public void Dispose()
    {
        Unmount();
        Device.Dispose();
    }

    private static IMounter[] MountersFor(MountStrategy strategy) => strategy switch
    {
        MountStrategy.Direct => [new DirectMounter()],
        MountStrategy.Fusermount => [new FusermountMounter()],
        MountStrategy.Inherited => [new InheritedMounter()],
        _ => [new DirectMounter(), new FusermountMounter()],
    };
}
