namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>Opens /dev/fuse to every user for as long as the tests run, also when they end by an unhandled exception or a signal.</summary>
public sealed class DevFuseForAll : IDisposable
{
    private const string Device = "/dev/fuse";
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly UnixFileMode _before;

    public DevFuseForAll()
    {
        _before = File.GetUnixFileMode(Device);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        File.SetUnixFileMode(Device, ForAll);
    }

    public void Dispose()
    {
        File.SetUnixFileMode(Device, _before);
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
    }

    private void OnProcessExit(object? sender, EventArgs arguments) => File.SetUnixFileMode(Device, _before);
}
