using Microsoft.Extensions.Logging;
using VirtualRoot.Linux;

namespace VirtualRoot.Building;

/// <summary>What build directories log.</summary>
internal static partial class BuildDirectoryLog
{
    [LoggerMessage(1, LogLevel.Warning, "the kernel could not be told that root {Name} is gone: {Errno}; it asks when it next uses the name")]
    public static partial void NotAnnounced(ILogger logger, string name, Errno errno);

    [LoggerMessage(2, LogLevel.Error, "root {Name} was removed, but not all of what it held was released; the rest goes with the daemon")]
    public static partial void RemovalFailed(ILogger logger, string name, Exception exception);
}
