using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Doctor;

/// <summary>Whether the cache directory can be used, and has room.</summary>
internal static class CacheCheck
{
    private const string Name = "cache";
    private const long EnoughBytes = 1L << 30;

    public static CheckResult Of(CommonSettings settings)
    {
        string directory = settings.CacheDirectory;
        string probe = Path.Combine(directory, $".probe-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllText(probe, "");
            File.Delete(probe);
            long free = new DriveInfo(directory).AvailableFreeSpace;
            string detail = $"{directory}, {ByteSize.Format(free)} free, bound {ByteSize.Format(settings.CacheSize)}";
            return free >= Math.Min(EnoughBytes, settings.CacheSize)
                ? new CheckResult(Name, CheckState.Works, detail)
                : new CheckResult(Name, CheckState.Optional, detail, "free space there, or name another directory by --cache");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CheckResult(Name, CheckState.Fails, $"{directory}: {exception.Message}", "name a directory that you may write to by --cache or VROOT_CACHE");
        }
    }
}
