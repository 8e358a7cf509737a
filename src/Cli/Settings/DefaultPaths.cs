namespace VirtualRoot.Cli.Settings;

/// <summary>Where things are unless somebody says otherwise (XDG base directories).</summary>
internal static class DefaultPaths
{
    /// <summary>The cache directory.</summary>
    /// <exception cref="CliException">There is no home directory.</exception>
    public static string CacheDirectory(Func<string, string?> variable, bool isRoot) =>
        Find(variable, "XDG_CACHE_HOME", ".cache", "vroot")
        ?? (isRoot ? "/var/cache/vroot" : throw CliException.Usage("HOME is not set, so there is no place for a cache: name a directory by --cache or VROOT_CACHE"));

    /// <summary>The configuration file; null where there is no home directory.</summary>
    public static string? ConfigurationFile(Func<string, string?> variable) => Find(variable, "XDG_CONFIG_HOME", ".config", "vroot/config.json");

    private static string? Find(Func<string, string?> variable, string xdgName, string belowHome, string name)
    {
        // The XDG specification has relative paths ignored.
        if (variable(xdgName) is { } directory && directory.StartsWith('/'))
        {
            return Path.Combine(directory, name);
        }

        return variable("HOME") is { } home && home.StartsWith('/') ? Path.Combine(home, belowHome, name) : null;
    }
}
