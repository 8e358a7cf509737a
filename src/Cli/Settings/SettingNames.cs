namespace VirtualRoot.Cli.Settings;

/// <summary>The settings' names: <c>cache-size</c> is the option <c>--cache-size</c>, the variable <c>VROOT_CACHE_SIZE</c> and the file's key.</summary>
internal static class SettingNames
{
    public const string Cas = "cas";
    public const string Instance = "instance";
    public const string CasTimeout = "cas-timeout";
    public const string Cache = "cache";
    public const string CacheSize = "cache-size";
    public const string TlsCa = "tls-ca";
    public const string TlsCertificate = "tls-cert";
    public const string TlsKey = "tls-key";
    public const string LogLevel = "log-level";
    public const string LogFormat = "log-format";
    public const string Output = "output";
    public const string Special = "special";
    public const string SpecialStatfs = "special-statfs";

    /// <summary>An object in the file, lines of K=V in <c>VROOT_HEADERS</c>, and <c>--header K=V</c> any number of times.</summary>
    public const string Headers = "headers";

    /// <summary>The settings of one value each.</summary>
    public static readonly string[] Single = [Cas, Instance, CasTimeout, Cache, CacheSize, TlsCa, TlsCertificate, TlsKey, LogLevel, LogFormat, Output, Special, SpecialStatfs];

    /// <summary>An object in the file with the options of <c>vroot serve</c>: there it is <see cref="OfServe"/> that are its keys,
    /// and <c>VROOT_SERVE_SLOTS</c> is the variable of <c>slots</c>.</summary>
    public const string Serve = "serve";

    /// <summary>What editors look for to find the file's schema; nothing to us.</summary>
    public const string Schema = "$schema";

    /// <summary>The options of <c>vroot serve</c> that no other command shares under these names in the file.</summary>
    public static readonly string[] OfServe =
    [
        "listen", "server-cert", "server-key", "status-listen", "build-directory", "slots", "action-user", "network", "unknown-properties",
        "default-timeout", "max-timeout", "drain-timeout", "set-tmpdir", "inputs", "scratch", "quota-bytes", "quota-inodes", "quota-log-bytes", "cpus", "memory",
        "machine", "rlimit", "cgroup", "pids",
    ];

    /// <summary>The environment variable of a setting.</summary>
    public static string VariableOf(string name) => "VROOT_" + name.Replace('-', '_').ToUpperInvariant();
}
