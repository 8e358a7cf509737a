using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Testing;

namespace VirtualRoot.Blocking.Tests.Support;

/// <summary>A <see cref="GatedFileSystem"/> that this process serves; only children may touch it. Its end frees whoever is frozen in it.</summary>
internal sealed class GatedMount : IDisposable
{
    private readonly FuseMount _mount;
    private readonly FuseSession _session;

    public GatedMount(TestDirectory directory)
    {
        Point = directory.Create("gated");
        _mount = FuseMount.Mount(Point, new FuseMountOptions { Source = "gated", SubType = "gated" });
        _session = FuseSession.Start(_mount.Device, Gate, new FuseSessionOptions());
    }

    public string Point { get; }

    public GatedFileSystem Gate { get; } = new();

    public void Dispose()
    {
        Gate.LetGo();
        _mount.Unmount();
        _session.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(30)); // the last descriptor of the device, closed below, aborts what is left
        _mount.Dispose();
    }
}
