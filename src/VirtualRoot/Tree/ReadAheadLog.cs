using Microsoft.Extensions.Logging;

namespace VirtualRoot.Tree;

/// <summary>What read-ahead logs.</summary>
internal static partial class ReadAheadLog
{
    [LoggerMessage(1, LogLevel.Error, "fetching inputs before they are read failed, and is not tried again in this root; each is fetched when it is read")]
    public static partial void Failed(ILogger logger, Exception exception);
}
