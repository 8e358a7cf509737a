using Microsoft.Extensions.Logging;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Cli.Mounting;

/// <summary>Where roots are mounted that have no directory of their own, and by which right.</summary>
internal static class MountPlace
{
    /// <summary>Makes the directory of private folders, and removes what killed processes left there: mounts first.</summary>
    /// <returns>Its path.</returns>
    public static string Prepare(CommonSettings settings, ILogger logger)
    {
        string directory = Path.Combine(settings.CacheDirectory, "scratch");
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot use the cache directory {settings.CacheDirectory}: {exception.Message} Name another by --cache or VROOT_CACHE", inner: exception);
        }

        StaleMounts.DetachOwn(directory, logger);
        PrivateMountPoint.Sweep(directory);
        return directory;
    }

    /// <summary>
    /// Finds the way to mount and chroot; an ordinary user's is a user namespace, in which this process then starts
    /// anew, once: then this does not return.
    /// </summary>
    /// <exception cref="FuseMountException">There is none; says what is missing and how to get it.</exception>
    public static MountAccess Enter()
    {
        if (UserNamespaceLauncher.IsInside || HasAdministratorsCapability())
        {
            return MountAccess.Direct;
        }

        MountCapabilities capabilities = MountCapabilities.Probe();
        if (capabilities.CanUseUserNamespace)
        {
            UserNamespaceLauncher.Reexecute(Environment.GetCommandLineArgs()[1..]);
        }

        return capabilities.CanUseFusermount && capabilities.UserNamespaces.IsMet
            ? MountAccess.Fusermount
            : throw new FuseMountException("cannot mount and chroot here: " + DescribeLack(capabilities));
    }

    private static string DescribeLack(MountCapabilities capabilities) => string.Join(
        "; ",
        capabilities.All.Where(prerequisite => !prerequisite.IsMet && prerequisite != capabilities.UserAllowOther)
            .Select(prerequisite => $"{prerequisite.Name} {prerequisite.Detail} ({prerequisite.Remedy})"));

    // Asked without MountCapabilities, whose other probes start processes: this is on the way of every run.
    private static bool HasAdministratorsCapability()
    {
        const int CapSysAdmin = 21;
        const string Field = "CapEff:\t";
        string status = File.ReadAllText("/proc/self/status");
        int start = status.IndexOf(Field, StringComparison.Ordinal);
        return start >= 0
            && ulong.TryParse(status.AsSpan(start + Field.Length, 16), System.Globalization.NumberStyles.HexNumber, null, out ulong set)
            && (set & (1UL << CapSysAdmin)) != 0;
    }
}
