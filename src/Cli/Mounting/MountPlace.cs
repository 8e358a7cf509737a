using Microsoft.Extensions.Logging;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Scratch;

namespace VirtualRoot.Cli.Mounting;

/// <summary>Where roots are mounted that have no directory of their own, and by which right.</summary>
internal static class MountPlace
{
    /// <summary>Makes the directory of private folders, and removes what killed processes left there: mounts first.</summary>
    /// <param name="settings">Where the cache is.</param>
    /// <param name="scratch">The directory that was asked for; null: one in the cache.</param>
    /// <param name="logger">Told what was swept.</param>
    /// <returns>Its path.</returns>
    public static string Prepare(CommonSettings settings, string? scratch, ILogger logger)
    {
        string directory = scratch ?? Path.Combine(settings.CacheDirectory, "scratch");
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(scratch is not null
                ? $"cannot use the scratch directory {PrintableText.Of(scratch)}: {exception.Message} Name another by --scratch"
                : $"cannot use the cache directory {settings.CacheDirectory}: {exception.Message} Name another by --cache or VROOT_CACHE", inner: exception);
        }

        PrivateFolder.Sweep(directory, logger);
        return directory;
    }

    /// <summary>
    /// Goes where this process may mount and chroot; for an ordinary user that is a user namespace, in which it starts
    /// anew, once: then this does not return. fusermount3 would be no third way: it opens /dev/fuse by the caller's
    /// rights, too, and chroot(2) needs the namespace anyhow.
    /// </summary>
    /// <exception cref="FuseMountException">It may nowhere; says what is missing and how to get it.</exception>
    public static void Enter()
    {
        if (UserNamespaceLauncher.IsInside || HasAdministratorsCapability())
        {
            return;
        }

        MountCapabilities capabilities = MountCapabilities.Probe();
        if (!capabilities.CanUseUserNamespace)
        {
            throw new FuseMountException("cannot mount and chroot here: " + DescribeLack(capabilities));
        }

        UserNamespaceLauncher.Reexecute();
    }

    private static string DescribeLack(MountCapabilities capabilities) => string.Join(
        "; ",
        new[] { capabilities.Device, capabilities.UserNamespaces }.Where(prerequisite => !prerequisite.IsMet)
            .Select(prerequisite => $"{prerequisite.Name}: {prerequisite.Detail} ({prerequisite.Remedy})"));

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
