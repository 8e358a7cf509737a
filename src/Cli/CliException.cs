namespace VirtualRoot.Cli;

/// <summary>A failure that is told in one line, which names the remedy, and ends the command.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit status.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What the caller wrote is wrong.</summary>
    public static CliException Usage(string message) => new(message, Cli.ExitCode.Usage);
}
