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
        long end = Environment.TickCount64 + 60_000;
        while (true)
        {
            NoteMode();
            try
            {
                _shared = new FileStream(s_lockPath, FileMode.Open, FileAccess.Read, FileShare.Read);
                if (_shared.Length > 0)
                {
                    break;
                }

                _shared.Dispose(); // the last holder has restored the mode in between, and forgotten it
            }
            catch (IOException) when (Environment.TickCount64 < end)
            {
                Thread.Sleep(1); // somebody notes or restores the mode at this moment
            }
        }

        File.SetUnixFileMode(Device, ForAll);
    }

    public void Dispose()
    {
        _shared.Dispose();
        try
        {
            using FileStream last = new(s_lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using StreamReader reader = new(last);
            if (int.TryParse(reader.ReadToEnd(), CultureInfo.InvariantCulture, out int mode))
            {
                File.SetUnixFileMode(Device, (UnixFileMode)mode);
            }

            last.SetLength(0);
        }
        catch (IOException)
        {
            // Another holder is left, and will restore it.
        }
    }

    private static void NoteMode()
    {
        // .NET takes flock(2) LOCK_EX for FileShare.None and LOCK_SH for readers.
        try
        {
            using FileStream first = new(s_lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (first.Length == 0) // else a holder is about to restore the mode that it had noted, or was killed
            {
                using StreamWriter writer = new(first);
                writer.Write(((int)File.GetUnixFileMode(Device)).ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (IOException)
        {
            // Somebody holds the device open to all already, and has noted its mode.
        }
    }
}
