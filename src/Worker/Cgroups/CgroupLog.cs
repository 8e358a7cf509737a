using Microsoft.Extensions.Logging;

namespace VirtualRoot.Worker.Cgroups;

/// <summary>What is logged of cgroups.</summary>
internal static partial class CgroupLog
{
    [LoggerMessage(1, LogLevel.Information, "actions have no cgroup of their own: {Reason}")]
    public static partial void None(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "{Reason}: such limits are told to actions, and not enforced")]
    public static partial void NotEnforced(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "each action has a cgroup of its own in {Directory}, with {Controllers}")]
    public static partial void Used(ILogger logger, string directory, string controllers);

    [LoggerMessage(4, LogLevel.Warning, "the cgroup {Directory} could not be removed ({Reason}); the next start of vroot tries again")]
    public static partial void NotRemoved(ILogger logger, string directory, string reason);

    [LoggerMessage(5, LogLevel.Information, "removed the cgroup {Directory} of a daemon that is gone")]
    public static partial void Swept(ILogger logger, string directory);
}
