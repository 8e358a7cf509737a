using System.Globalization;

namespace VirtualRoot.Testing;

/// <summary>
/// Opens /dev/fuse to every user for as long as somebody needs it. Test projects run at the same time: each holder has
/// a shared lock, the first notes the mode that the device had, and who can get the lock alone at the end restores it.
/// </summary>
public sealed class FuseDeviceForAll : IDisposable
{
    private const string Device = "/dev/fuse";
    private const UnixFileMode ForAll = (UnixFileMode)0b110_110_110;
    private static readonly string s_lockPath = Path.Combine(Path.GetTempPath(), "vroot-tests-dev-fuse.lock");

    private readonly FileStream _shared;

    public FuseDeviceForAll()
    {
        // .NET takes flock(2) LOCK_EX for FileShare.None and LOCK_SH for readers.
        try
        {
            using FileStream first = new(s_lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            using StreamWriter writer = new(first);
            first.SetLength(0);
            writer.Write(((int)File.GetUnixFileMode(Device)).ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Somebody holds the device open to all already, and has noted its mode.
        }

        _shared = new FileStream(s_lockPath, FileMode.Open, FileAccess.Read, FileShare.Read);
        File.SetUnixFileMode(Device, ForAll);
    }

    public void Dispose()
    {
        _shared.Dispose();
        try
        {
            using FileStream last = new(s_lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using StreamReader reader = new(last);
            File.SetUnixFileMode(Device, (UnixFileMode)int.Parse(reader.ReadToEnd(), CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Another holder is left, and will restore it.
        }
    }
}
